using System.Diagnostics;
using System.Globalization;
using AICodeManager.Server.FrontDoor.Attacks.Scanning;

namespace AICodeManager.Bench.Detection;

/// <summary>What scanning costs, by request: the middle one of several rounds, so that what else the machine does weighs little.</summary>
internal static class DetectionCost
{
    private const int WarmUps = 3;

    public static void Measure(IReadOnlyList<CorpusRequest> requests, PatternRules patterns, int rounds, CancellationToken cancel)
    {
        var micros = new double[requests.Count][];
        for (var i = 0; i < micros.Length; i++)
            micros[i] = new double[rounds];
        var bytes = new long[requests.Count];
        for (var round = -WarmUps; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            for (var i = 0; i < requests.Count; i++)
            {
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                var started = Stopwatch.GetTimestamp();
                requests[i].Scan(patterns);
                var took = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
                if (round < 0)
                    continue;
                micros[i][round] = took;
                bytes[i] = GC.GetAllocatedBytesForCurrentThread() - allocated;
            }
        }

        var table = new Table("cost a request", "mean", "median", "p99", "most", "allocated, mean");
        Add("all", _ => true);
        Add("honest, scanned fields", row => !row.IsAttack && row.Placement == "scanned");
        Add("honest, code fields", row => !row.IsAttack && row.Placement != "scanned");
        Add("attacks", row => row.IsAttack);
        table.Print();

        void Add(string name, Func<CorpusRow, bool> counts)
        {
            int[] chosen = [.. Enumerable.Range(0, requests.Count).Where(i => counts(requests[i].Row))];
            double[] middles = [.. chosen.Select(i => micros[i].Order().ElementAt(rounds / 2)).Order()];
            table.Add(
                name, Micros(middles.Average()), Micros(middles[middles.Length / 2]), Micros(middles[middles.Length * 99 / 100]), Micros(middles[^1]),
                chosen.Average(i => bytes[i]).ToString("0 'bytes'", CultureInfo.InvariantCulture));
        }
    }

    private static string Micros(double micros) => micros.ToString("0.0 'µs'", CultureInfo.InvariantCulture);
}
