using AICodeManager.Bench.Pipeline;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench;

/// <summary>
/// What the front door costs: an authenticated request through every layer, with embedded state and with Redis, beside a
/// bare route of the same process that answers the same bytes.
/// </summary>
internal static class PipelineBench
{
    private sealed record Kind(ChildServer Server, string Path)
    {
        public ServerFigures Figures { get; } = new();
    }

    public static async Task<int> RunAsync(int rounds, int seconds, int connections, CancellationToken cancel)
    {
        using var folder = new ScratchFolder();
        await using var redis = LocalRedis.Start(folder.Path);
        await using var embedded = await ChildServer.StartAsync("embedded", folder.Make("embedded"), null, cancel);
        await using var shared = await ChildServer.StartAsync("redis", folder.Make("redis"), redis.Address, cancel);
        Kind[] kinds =
        [
            new(embedded, MeasuredServer.Bare), new(embedded, MeasuredServer.Behind),
            new(shared, MeasuredServer.Bare), new(shared, MeasuredServer.Behind),
        ];
        foreach (var kind in kinds)
            await LoadAsync(kind, connections, 5); // compiled and warm

        var commandsBefore = await redis.CommandsAsync();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var kind in kinds)
                await kind.Figures.MeasureAsync(kind.Server, () => LoadAsync(kind, connections, seconds), cancel);
        }

        Print(kinds, await redis.CommandsAsync() - commandsBefore);
        return 0;
    }

    private static Task<Wrk.Result> LoadAsync(Kind kind, int connections, int seconds) =>
        Wrk.RunAsync(kind.Server.Address, kind.Path, kind.Server.Token, connections, seconds);

    private static void Print(Kind[] kinds, long commands)
    {
        var table = new Table("", "requests/s", "to bare", "µs of CPU", "added", "bytes", "added");
        for (var i = 0; i < kinds.Length; i += 2)
        {
            var (name, bare, behind) = (kinds[i].Server.Name, kinds[i].Figures, kinds[i + 1].Figures);
            table.Add($"{name}, bare", bare.PerSecond.Middle("n0"), "1.00", bare.Micros.Middle("n1"), "", bare.Bytes.Middle("n0"), "");
            table.Add(
                $"{name}, all layers", behind.PerSecond.Middle("n0"), behind.PerSecond.To(bare.PerSecond).Middle("n2"), behind.Micros.Middle("n1"),
                Rounds.Text(behind.Micros.Median - bare.Micros.Median, "n1"), behind.Bytes.Middle("n0"),
                Rounds.Text(behind.Bytes.Median - bare.Bytes.Median, "n0"));
        }

        table.Print();
        Console.WriteLine($"Redis commands a request: {Rounds.Text((double)commands / kinds[^1].Figures.Requests, "n3")}");
    }
}
