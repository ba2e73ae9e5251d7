using AICodeManager.Bench.Encryption;
using AICodeManager.Bench.Pipeline;

namespace AICodeManager.Bench;

/// <summary>
/// Encryption's share of a request: the same authenticated request to a server that keeps sessions sealed and to one that
/// keeps them in clear, where the session is remembered, as between two requests of a client, and where it is not.
/// </summary>
internal static class EncryptionBench
{
    private const string Remembered = MeasuredServer.Behind, Forgotten = MeasuredServer.Behind + "?forget";

    private sealed record Kind(ChildServer Server, string Path)
    {
        public ServerFigures Figures { get; } = new();
    }

    public static async Task<int> RunAsync(int rounds, int seconds, int connections, CancellationToken cancel)
    {
        SealingFigures[] texts = [new(64), new(800), new(16 << 10)];
        foreach (var text in texts)
            text.Measure(TimeSpan.FromSeconds(1), keep: false);
        using var folder = new Rig.ScratchFolder();
        await using var redis = LocalRedis.Start(folder.Path);
        await using var hidden = await ChildServer.StartAsync("sealed", folder.Make("sealed"), redis.Address, cancel, MeasuredServer.Forgetting);
        await using var clear = await ChildServer.StartAsync(
            "in clear", folder.Make("clear"), redis.Address, cancel, MeasuredServer.Forgetting, MeasuredServer.InClear);
        Kind[] kinds = [new(hidden, Remembered), new(clear, Remembered), new(hidden, Forgotten), new(clear, Forgotten)];
        foreach (var kind in kinds)
            await LoadAsync(kind, 3); // compiled and warm
        for (var round = 0; round < rounds; round++)
        {
            foreach (var kind in kinds)
                await kind.Figures.MeasureAsync(kind.Server, () => LoadAsync(kind, seconds), cancel);
            foreach (var text in texts)
                text.Measure(TimeSpan.FromSeconds(1), keep: true);
        }

        Print(kinds, texts);
        return 0;

        Task<Wrk.Result> LoadAsync(Kind kind, int length) => Wrk.RunAsync(kind.Server.Address, kind.Path, kind.Server.Token, connections, length);
    }

    private static void Print(Kind[] kinds, SealingFigures[] texts)
    {
        var table = new Table("session", "requests/s sealed", "in clear", "µs of CPU sealed", "in clear", "share of encryption", "bytes added");
        for (var i = 0; i < kinds.Length; i += 2)
        {
            var (hidden, clear) = (kinds[i].Figures, kinds[i + 1].Figures);
            table.Add(
                i == 0 ? "remembered" : "read anew", hidden.PerSecond.Middle("n0"), clear.PerSecond.Middle("n0"), hidden.Micros.Middle("n1"),
                clear.Micros.Middle("n1"), hidden.Micros.Over(clear.Micros).To(hidden.Micros).Spread("p1"), hidden.Bytes.Over(clear.Bytes).Middle("n0"));
        }

        table.Print();
        Console.WriteLine();
        var cold = kinds[2].Figures.Micros;
        var alone = new Table("one text", "seal", "open", "share of a request that opens one", "with a new cipher each time");
        foreach (var text in texts)
        {
            alone.Add(
                $"{text.Length} bytes", $"{text.SealMicros.Middle("n2")} µs", $"{text.OpenMicros.Middle("n2")} µs", text.OpenMicros.To(cold).Middle("p1"),
                $"{text.NewCipherMicros.To(text.OpenMicros).Middle("n2")} times");
        }

        alone.Print();
    }
}
