using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Bench.BruteForce;

/// <summary>Plays recorded scenarios against the guard of sign-ins and prints what became of them, by kind.</summary>
internal static class BruteForceBench
{
    /// <returns>1 where the file cannot be read.</returns>
    public static async Task<int> RunAsync(string file, CancellationToken cancel)
    {
        if (!File.Exists(file))
        {
            await Console.Error.WriteLineAsync($"{file} is not there; accepted is a gzipped file of one scenario a line.");
            return 1;
        }

        using var folder = new Rig.ScratchFolder();
        var settings = ConfigurationLoader.Load(new Dictionary<string, string> { ["AICLI_DATA"] = folder.Path }, folder.Path).Settings;
        List<SimulationResult> results = [];
        foreach (var scenario in Scenario.Read(file))
        {
            cancel.ThrowIfCancellationRequested();
            results.Add(await Simulation.PlayAsync(scenario, settings.Monitoring.AttackDetection.BruteForce, settings.Session));
        }

        Console.WriteLine("| scenario | tried | looked at | first told, s | right proofs | refused |");
        Console.WriteLine("| --- | --: | --: | --: | --: | --: |");
        foreach (var row in SimulationRow.Of(results))
        {
            Console.WriteLine(row);
        }

        return 0;
    }
}
