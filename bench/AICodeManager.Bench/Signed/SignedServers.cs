using AICodeManager.Bench.Pipeline;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench.Signed;

/// <summary>
/// The whole server: an authenticated request through every layer with a bearer token, and the same request signed, with
/// embedded state and with Redis. Every signed request is another one, made right before the run that sends it.
/// </summary>
internal static class SignedServers
{
    private const int WarmUp = 20_000;

    // What a quicker moment may take.
    private const double Reserve = 1.4;

    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(5);

    private sealed record Kind(ChildServer Server, string Name, PreparedRequests Requests)
    {
        public ServerFigures Figures { get; } = new();

        /// <summary>The most that it did so far in a second, the warming up included.</summary>
        public double Best { get; private set; }

        public Task PrepareAsync(TimeSpan length, CancellationToken cancel) =>
            Requests.PrepareAsync((int)(Best * Reserve * length.TotalSeconds), cancel);

        public async Task<Wrk.Result> SendAsync(int connections, TimeSpan length, CancellationToken cancel)
        {
            var result = await Requests.SendAsync(connections, length, cancel);
            Best = Math.Max(Best, result.PerSecond);
            return result;
        }
    }

    public static async Task RunAsync(int rounds, TimeSpan length, int connections, CancellationToken cancel)
    {
        using var folder = new ScratchFolder();
        await using var redis = LocalRedis.Start(folder.Path);
        await using var embedded = await ChildServer.StartAsync("embedded", folder.Make("embedded"), null, cancel);
        await using var shared = await ChildServer.StartAsync("redis", folder.Make("redis"), redis.Address, cancel);
        List<EnrolledKey> keys = [];
        try
        {
            List<Kind> kinds = [];
            foreach (var server in new[] { embedded, shared })
            {
                kinds.Add(new(server, "bearer token", new(server, MeasuredServer.Behind, null, Path.Combine(folder.Path, "requests"))));
                foreach (var choice in new[] { KeyChoice.Curve, KeyChoice.Rsa })
                {
                    keys.Add(await EnrolledKey.EnrolAsync(server, choice, cancel));
                    kinds.Add(new(server, choice.Name, new(server, MeasuredServer.Behind, keys[^1], Path.Combine(folder.Path, "requests"))));
                }
            }

            await MeasureAsync(kinds, rounds, length, connections, redis, cancel);
        }
        finally
        {
            keys.ForEach(key => key.Dispose());
        }
    }

    private static async Task MeasureAsync(
        List<Kind> kinds, int rounds, TimeSpan length, int connections, LocalRedis redis, CancellationToken cancel)
    {
        foreach (var kind in kinds)
        {
            await kind.Requests.PrepareAsync(WarmUp, cancel);
            await kind.SendAsync(connections, WarmUpTime, cancel);
        }

        var commands = 0L;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var kind in kinds)
            {
                await Console.Error.WriteLineAsync($"bench: round {round + 1} of {rounds}, {kind.Server.Name}, {kind.Name}");
                await kind.PrepareAsync(length, cancel);
                var before = await redis.CommandsAsync();
                await kind.Figures.MeasureAsync(kind.Server, () => kind.SendAsync(connections, length, cancel), cancel);
                commands += await redis.CommandsAsync() - before;
            }
        }

        Print(kinds);
        var asked = kinds.Where(kind => kind.Server.Name == "redis").Sum(kind => kind.Figures.Requests);
        Console.WriteLine($"Redis commands a request: {Rounds.Text((double)commands / asked, "n3")}");
    }

    private static void Print(List<Kind> kinds)
    {
        var table = new Table("", "requests/s", "to bearer", "µs of CPU", "added", "bytes", "added");
        foreach (var group in kinds.GroupBy(kind => kind.Server.Name))
        {
            var bearer = group.First().Figures;
            foreach (var kind in group)
            {
                var figures = kind.Figures;
                table.Add(
                    $"{group.Key}, {kind.Name}", figures.PerSecond.Middle("n0"),
                    figures == bearer ? "1.00" : figures.PerSecond.To(bearer.PerSecond).Spread("n2"),
                    figures.Micros.Middle("n1"), figures == bearer ? "" : Rounds.Text(figures.Micros.Median - bearer.Micros.Median, "n1"),
                    figures.Bytes.Middle("n0"), figures == bearer ? "" : Rounds.Text(figures.Bytes.Median - bearer.Bytes.Median, "n0"));
            }
        }

        table.Print();
    }
}
