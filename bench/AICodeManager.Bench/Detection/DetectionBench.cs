using AICodeManager.Server.FrontDoor.Attacks.Scanning;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Bench.Detection;

/// <summary>
/// Attacks and honest requests of the corpora, shown to the product's own request scanner: what it finds, what it takes for an
/// attack by mistake, what it costs.
/// </summary>
internal static class DetectionBench
{
    public static async Task<int> RunAsync(string folder, string? verdictFile, int rounds, CancellationToken cancel)
    {
        var rows = await CorpusRow.ReadAsync(folder, cancel);
        var patterns = new PatternRules(Defaults());
        List<CorpusRequest> requests = [.. rows.Select(row => new CorpusRequest(row))];
        List<Verdict> verdicts = [.. requests.Select(request => request.Judge(patterns))];
        DetectionTables.Print(verdicts);
        if (rounds > 0)
            DetectionCost.Measure(requests, patterns, rounds, cancel);
        if (verdictFile is not null)
            await File.WriteAllLinesAsync(verdictFile, verdicts.Select(v => $"{v.Row.Id}\t{(v.Refused ? 1 : 0)}"), cancel);
        return 0;
    }

    /// <summary>As a server is that nobody has configured.</summary>
    private static AttackDetectionSettings Defaults()
    {
        var folder = Directory.CreateTempSubdirectory("aicli-bench-");
        try
        {
            return ConfigurationLoader.Load(new Dictionary<string, string> { ["AICLI_DATA"] = folder.FullName }, folder.FullName).Settings.Monitoring.AttackDetection;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
