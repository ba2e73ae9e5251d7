using System.Diagnostics;
using AICodeManager.Bench.Plain;
using AICodeManager.Bench.Rig;
using AICodeManager.ScriptedModel;

namespace AICodeManager.Bench;

/// <summary>
/// From the request to the first word of the CLI, through the whole server, beside the same CLI in the same sandbox
/// without a server, and without a sandbox. The kinds take turns, so that a busy moment of the machine meets all.
/// </summary>
internal static class TaskStartBench
{
    public static async Task<int> RunAsync(IReadOnlyList<string> engines, int runs, CancellationToken cancel)
    {
        using var scratch = new ScratchFolder();
        var image = WorkspaceImage.Current();
        var seccomp = Path.GetFullPath("deploy/workspace/seccomp.json");
        await using var model = await ScriptedModelServer.StartAsync(ModelScript.Always(ScriptAnswer.Says("Done.")), cancel);
        List<Kind> kinds = [];
        List<ServerRun> servers = [];
        try
        {
            foreach (var engine in engines.Distinct())
            {
                PlainKind plain = engine == "docker" ? new PlainDocker(seccomp) : new PlainBubblewrap();
                var server = await ServerRun.StartAsync(engine, scratch.Make(engine), model.BaseAddress, "{}\n", cancel);
                servers.Add(server);
                var user = await ApiUser.SignInAsync(server.Address, cancel);
                var project = (await user.NewProjectsAsync("start", 1, cancel))[0];
                var beside = new Kind(plain.Name, null, () => PlainStart.MeasureAsync(plain, scratch, image, cancel));
                kinds.Add(new Kind($"server, {engine}", beside, () => ThroughServerAsync(user, project, cancel)));
                kinds.Add(beside);
            }

            var host = new PlainHost();
            kinds.Add(new Kind(host.Name, null, () => PlainStart.MeasureAsync(host, scratch, image, cancel)));
            await MeasureAsync(kinds, runs);
        }
        finally
        {
            foreach (var server in servers)
                await server.DisposeAsync();
        }

        Print(kinds, runs);
        return 0;
    }

    private static async Task MeasureAsync(List<Kind> kinds, int runs)
    {
        // The first of each fills the caches of the disk and of the server, and is not counted.
        foreach (var kind in kinds)
            await kind.MeasureAsync();
        for (var run = 1; run <= runs; run++)
        {
            Console.Error.Write($"\rround {run} of {runs}");
            foreach (var kind in kinds)
                kind.Samples.Add(await kind.MeasureAsync());
        }

        Console.Error.WriteLine();
    }

    private static async Task<TimeSpan> ThroughServerAsync(ApiUser user, string project, CancellationToken cancel)
    {
        var since = Stopwatch.GetTimestamp();
        var watch = await user.WatchAsync(await user.StartTaskAsync(project, cancel), cancel);
        return watch.Succeeded && watch.States.TryGetValue("running", out var began)
            ? Stopwatch.GetElapsedTime(since, began)
            : throw new BenchException($"A task did not succeed: {watch}");
    }

    private static void Print(List<Kind> kinds, int runs)
    {
        Console.WriteLine($"From the start to the CLI's first event, {runs} runs of each, {Environment.ProcessorCount} processors");
        var table = new Table("", "median", "min", "max", "to its plain sandbox");
        foreach (var kind in kinds)
        {
            table.Add(
                kind.Name, Text(kind.Samples.Median), Text(kind.Samples.Min), Text(kind.Samples.Max),
                kind.Plain is { } plain ? $"{kind.Samples.Median / plain.Samples.Median:0.00}" : "");
        }

        table.Print();
    }

    private static string Text(TimeSpan time) => $"{time.TotalMilliseconds:0} ms";

    /// <param name="Plain">What it is compared with.</param>
    private sealed record Kind(string Name, Kind? Plain, Func<Task<TimeSpan>> MeasureAsync)
    {
        public Samples Samples { get; } = new();
    }
}
