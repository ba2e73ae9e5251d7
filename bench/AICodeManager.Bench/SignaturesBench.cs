using AICodeManager.Bench.Signed;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Bench;

/// <summary>
/// What signed requests cost: the library's whole verification beside the bare cryptographic check, then the whole server
/// beside the same server with bearer tokens.
/// </summary>
internal static class SignaturesBench
{
    private const double RatioGoal = 0.85;
    private const int BytesGoal = 1000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(int rounds, int seconds, int connections, bool library, bool server, CancellationToken cancel)
    {
        if (library)
            await Task.Run(() => MeasureLibrary(rounds, TimeSpan.FromSeconds(seconds), cancel), cancel);
        if (server)
            await SignedServers.RunAsync(rounds, TimeSpan.FromSeconds(seconds), connections, cancel);
        return 0;
    }

    private static void MeasureLibrary(int rounds, TimeSpan length, CancellationToken cancel)
    {
        var kinds = KeyChoice.All.Where(choice => choice.Algorithm != SignatureAlgorithm.Ed25519 || Ed25519.Available)
            .Select(choice => new Verification(choice)).ToList();
        try
        {
            foreach (var kind in kinds)
            {
                kind.Measure(WarmUp, keep: false);
                cancel.ThrowIfCancellationRequested();
            }

            for (var round = 0; round < rounds; round++)
            {
                Console.Error.WriteLine($"bench: round {round + 1} of {rounds}, library");
                foreach (var kind in kinds)
                {
                    kind.Measure(length, keep: true);
                    cancel.ThrowIfCancellationRequested();
                }
            }

            Print(kinds);
        }
        finally
        {
            kinds.ForEach(kind => kind.Dispose());
        }
    }

    private static void Print(List<Verification> kinds)
    {
        var table = new Table("verified/s and core", "whole", "bare check", "whole to bare", "reading", "digest", "framework's class", "key read each time", "bytes");
        foreach (var kind in kinds)
        {
            table.Add(
                kind.Choice.Name, kind.Whole.Middle("n0"), kind.Bare.Middle("n0"), kind.Whole.To(kind.Bare).Spread("n2"),
                $"{kind.ReadingMicros.Middle("n1")} µs", $"{kind.DigestMicros.Middle("n1")} µs",
                kind.HasFramework ? kind.Framework.Middle("n0") : "none", kind.ReadEachTime.Middle("n0"), kind.Bytes.Middle("n0"));
        }

        table.Print();
        foreach (var kind in kinds.Where(kind => kind.Choice.HasGoal && kind.Whole.To(kind.Bare).Median < RatioGoal))
            Console.WriteLine($"{kind.Choice.Name} is below the goal of {Rounds.Text(RatioGoal, "n2")} of the bare check.");
        foreach (var kind in kinds.Where(kind => kind.Bytes.Most >= BytesGoal))
            Console.WriteLine($"{kind.Choice.Name} is over the goal of less than {BytesGoal} bytes.");
        Console.WriteLine();
    }
}
