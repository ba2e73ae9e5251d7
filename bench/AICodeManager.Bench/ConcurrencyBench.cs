using System.Diagnostics;
using AICodeManager.Bench.Memory;
using AICodeManager.Bench.Rig;
using AICodeManager.ScriptedModel;

namespace AICodeManager.Bench;

/// <summary>
/// How many tasks at once are worth having on this machine: for each <c>tasks.max_concurrent</c> a heap of short tasks,
/// each in a project of its own, each with four tool calls in its sandbox.
/// </summary>
internal static class ConcurrencyBench
{
    private const int LeastTasks = 8;

    // A level that does not do a tenth more than a smaller one is not worth its memory.
    private const double WorthHaving = 1.10;

    public static async Task<int> RunAsync(IReadOnlyList<string> engines, IReadOnlyList<int> levels, int rounds, CancellationToken cancel)
    {
        using var scratch = new ScratchFolder();
        await using var model = await ScriptedModelServer.StartAsync(Script.FourToolCalls(), cancel);
        var failures = 0;
        foreach (var engine in engines.Distinct())
        {
            Console.WriteLine($"{engine}, {Environment.ProcessorCount} processors, at most one for each sandbox");
            var table = new Table("max_concurrent", "tasks", "failed", "tasks/minute", "median task", "longest task", "peak memory", "per task");
            var best = new SortedDictionary<int, Level>();

            // The levels take turns, so that a busy moment of the machine does not decide about one of them.
            for (var round = 1; round <= rounds; round++)
            {
                foreach (var level in levels)
                {
                    Console.Error.Write($"\r{engine}, round {round} of {rounds}, max_concurrent {level}   ");
                    var measured = await LevelAsync(engine, scratch.Make(engine), model.BaseAddress, round, level, cancel);
                    failures += measured.Failures;
                    if (!best.TryGetValue(level, out var before) || before.TasksAMinute < measured.TasksAMinute)
                        best[level] = measured;
                }
            }

            Console.Error.WriteLine();
            foreach (var (level, measured) in best)
            {
                table.Add(
                    $"{level}", $"{measured.Tasks}", $"{measured.Failures}", $"{measured.TasksAMinute:0.0}",
                    $"{measured.Durations.Median.TotalSeconds:0.0} s", $"{measured.Durations.Max.TotalSeconds:0.0} s",
                    $"{measured.PeakBytes >> 20} MiB", $"{(measured.PeakBytes / level) >> 20} MiB");
            }

            table.Print();
            Console.WriteLine($"Throughput stops growing at max_concurrent {StopsAt(best)}.\n");
        }

        return failures == 0 ? 0 : 1;
    }

    private static async Task<Level> LevelAsync(string engine, string data, Uri model, int round, int level, CancellationToken cancel)
    {
        var count = Math.Max(LeastTasks, 2 * level);
        await using var server = await ServerRun.StartAsync(engine, data, model, $"tasks: {{max_concurrent: {level}}}\n", cancel);
        using var user = await ApiUser.SignInAsync(server.Address, cancel);
        var projects = await user.NewProjectsAsync($"round{round}-level{level}", count, cancel);

        // Not counted: fills the caches of the disk and of the server.
        await user.WatchAsync(await user.StartTaskAsync(projects[0], cancel), cancel);
        using var docker = engine == "docker" ? new DockerMemory(server.Instance) : null;
        await using var memory = new MemoryWatch(docker is null ? new GroupMemory(server.Instance).BytesAsync : docker.BytesAsync);

        var since = Stopwatch.GetTimestamp();
        var watches = await Task.WhenAll(projects.Select(async project => await user.WatchAsync(await user.StartTaskAsync(project, cancel), cancel)));
        var took = Stopwatch.GetElapsedTime(since);

        var durations = new Samples();
        foreach (var watch in watches.Where(watch => watch.Succeeded))
            durations.Add(Stopwatch.GetElapsedTime(watch.States["starting"], watch.States["succeeded"]));
        foreach (var watch in watches.Where(watch => !watch.Succeeded))
            await Console.Error.WriteLineAsync($"max_concurrent {level}: a task did not succeed: {watch}");
        var done = watches.Count(watch => watch.Succeeded);
        return done > 0
            ? new Level(count, count - done, done / took.TotalMinutes, durations, memory.PeakBytes)
            : throw new BenchException($"With max_concurrent {level} no task succeeded.");
    }

    private static int StopsAt(SortedDictionary<int, Level> measured)
    {
        var best = measured.First();
        foreach (var next in measured.Skip(1))
        {
            if (next.Value.TasksAMinute >= WorthHaving * best.Value.TasksAMinute)
                best = next;
        }

        return best.Key;
    }

    private sealed record Level(int Tasks, int Failures, double TasksAMinute, Samples Durations, long PeakBytes);
}
