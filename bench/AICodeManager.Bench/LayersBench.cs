using AICodeManager.Bench.Layers;
using AICodeManager.Bench.Pipeline;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench;

/// <summary>
/// What each layer costs: the same request answered behind none, one, two … of them, with embedded state and with Redis.
/// A layer's cost is what it adds to the one before, in processor time, which other programs disturb least.
/// </summary>
internal static class LayersBench
{
    public static async Task<int> RunAsync(int rounds, int seconds, int connections, CancellationToken cancel)
    {
        using var folder = new ScratchFolder();
        await using var redis = LocalRedis.Start(folder.Path);
        await using var embedded = await ChildServer.StartAsync("embedded", folder.Make("embedded"), null, cancel);
        await using var shared = await ChildServer.StartAsync("redis", folder.Make("redis"), redis.Address, cancel);
        foreach (var server in (ChildServer[])[embedded, shared])
            await MeasureAsync(server, rounds, seconds, connections, cancel);
        return 0;
    }

    private static async Task MeasureAsync(ChildServer server, int rounds, int seconds, int connections, CancellationToken cancel)
    {
        // The bare route first, then one for each number of layers.
        string[] paths = [MeasuredServer.Bare, .. Enumerable.Range(0, LayerRoutes.Names.Count + 1).Select(LayerRoutes.PathBehind)];
        ServerFigures[] figures = [.. paths.Select(_ => new ServerFigures())];
        foreach (var path in paths)
            await LoadAsync(path, 2); // compiled and warm
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < paths.Length; i++)
            {
                var path = paths[i];
                await figures[i].MeasureAsync(server, () => LoadAsync(path, seconds), cancel);
            }
        }

        Print(server.Name, figures);

        Task<Wrk.Result> LoadAsync(string path, int length) => Wrk.RunAsync(server.Address, path, server.Token, connections, length);
    }

    private static void Print(string name, ServerFigures[] figures)
    {
        var bare = figures[0];
        var table = new Table(name, "µs of CPU", "share of bare", "bytes", "requests/s so far");
        table.Add("bare", bare.Micros.Middle("n1"), "1.00", bare.Bytes.Middle("n0"), bare.PerSecond.Middle("n0"));
        for (var i = 2; i < figures.Length; i++)
        {
            var (before, after) = (figures[i - 1], figures[i]);
            table.Add(
                LayerRoutes.Names[i - 2], after.Micros.Over(before.Micros).Middle("n1"), after.Micros.Over(before.Micros).To(bare.Micros).Middle("n2"),
                after.Bytes.Over(before.Bytes).Middle("n0"), after.PerSecond.Middle("n0"));
        }

        var all = figures[^1].Micros.Over(figures[1].Micros);
        table.Add("all layers", all.Middle("n1"), all.To(bare.Micros).Middle("n2"), figures[^1].Bytes.Over(figures[1].Bytes).Middle("n0"), "");
        table.Print();
        Console.WriteLine();
    }
}
