using AICodeManager.Bench.Pipeline;
using AICodeManager.Bench.Rig;
using AICodeManager.Bench.Signed;

namespace AICodeManager.Bench;

/// <summary>
/// What refusing costs beside serving, by where a request is refused; and what an honest client notices while ten thousand
/// addresses flood the server from behind a proxy that it trusts.
/// </summary>
internal static class FloodBench
{
    private const int Addresses = 10_000;
    private const string Honest = "198.51.100.7";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50), Quiet = TimeSpan.FromSeconds(5), Flood = TimeSpan.FromSeconds(20);

    // Strangers may take 48,000 of them, whoever is signed in the rest, too: far more than one client sends.
    private static readonly string[] Flooded =
    [
        "AICLI_TRUSTED_PROXIES=127.0.0.1/32", MeasuredServer.From + Honest, "API_RATE_LIMIT_GLOBAL=60000", "API_RATE_LIMIT_IP=6000", "API_RATE_LIMIT_USER=6000",
    ];

    private sealed record Kind(string Name, ChildServer Server, string Path)
    {
        public ServerFigures Figures { get; } = new();
    }

    public static async Task<int> RunAsync(int rounds, int seconds, int connections, CancellationToken cancel)
    {
        using var folder = new ScratchFolder();
        await using var redis = LocalRedis.Start(folder.Path);
        await CompareAsync(folder, redis, rounds, seconds, connections, cancel);
        var fair = true;
        foreach (var (name, address) in ((string, string?)[])[("embedded", null), ("redis", redis.Address)])
            fair &= await FloodAsync(folder, name, address, connections, cancel);
        return fair ? 0 : 1;
    }

    private static async Task CompareAsync(ScratchFolder folder, LocalRedis redis, int rounds, int seconds, int connections, CancellationToken cancel)
    {
        // Refused by the user's own window: after identity and the exchange. By the flood gate: before both.
        await using var open = await ChildServer.StartAsync("open", folder.Make("open"), null, cancel);
        await using var user = await ChildServer.StartAsync("user", folder.Make("user"), null, cancel, "API_RATE_LIMIT_USER=1");
        await using var gate = await ChildServer.StartAsync("gate", folder.Make("gate"), null, cancel, "API_RATE_LIMIT_IP=100");
        await using var blocked = await ChildServer.StartAsync("blocked", folder.Make("blocked"), null, cancel, MeasuredServer.Blocked);
        await using var openShared = await ChildServer.StartAsync("open", folder.Make("open-redis"), redis.Address, cancel);
        await using var userShared = await ChildServer.StartAsync("user", folder.Make("user-redis"), redis.Address, cancel, "API_RATE_LIMIT_USER=1");
        Kind[] kinds =
        [
            new("bare route", open, MeasuredServer.Bare), new("served, embedded", open, MeasuredServer.Behind), new("refused by a window, embedded", user, MeasuredServer.Behind),
            new("served, Redis", openShared, MeasuredServer.Behind), new("refused by a window, Redis", userShared, MeasuredServer.Behind),
            new("refused as a flood", gate, MeasuredServer.Behind), new("refused as blocked", blocked, MeasuredServer.Behind),
        ];
        foreach (var kind in kinds)
            await LoadAsync(kind, connections, 3); // compiled, warm, and over the limit
        for (var round = 0; round < rounds; round++)
        {
            foreach (var kind in kinds)
                await kind.Figures.MeasureAsync(kind.Server, () => LoadAsync(kind, connections, seconds), cancel);
        }

        var table = new Table("", "requests/s", "to bare", "µs of CPU", "bytes");
        foreach (var (name, figures) in kinds.Select(k => (k.Name, k.Figures)))
            table.Add(name, figures.PerSecond.Middle("n0"), figures.PerSecond.To(kinds[0].Figures.PerSecond).Middle("n2"), figures.Micros.Middle("n1"), figures.Bytes.Middle("n0"));
        table.Print();
        Console.WriteLine();
    }

    private static Task<Wrk.Result> LoadAsync(Kind kind, int connections, int seconds) =>
        Wrk.RunAnyAsync(kind.Server.Address, kind.Path, kind.Server.Token, connections, seconds);

    /// <returns>Whether the honest client was always served and the flood was not.</returns>
    private static async Task<bool> FloodAsync(ScratchFolder folder, string name, string? redis, int connections, CancellationToken cancel)
    {
        await using var server = await ChildServer.StartAsync(name, folder.Make($"flood-{name}"), redis, cancel, Flooded);
        using var client = new SteadyClient(ClientOf(server), Interval);
        await UseForAsync(client, Quiet, cancel); // compiled and warm
        List<(string Name, SteadyClient.Served Served)> phases = [("before", await UseForAsync(client, Quiet, cancel))];
        var resident = server.Resident;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var use = client.UseAsync(over.Token);
        IReadOnlyDictionary<string, long> flood;
        try
        {
            flood = await ScriptedWrk.RunAsync(
                "Flood/flood.lua", new Uri(server.Address, "/api/v1/auth/providers"), connections, Flood, [$"{Addresses}"], null, cancel);
        }
        finally
        {
            await over.CancelAsync();
            await use;
        }

        phases.Add(("during", await use));
        phases.Add(("after", await UseForAsync(client, Quiet, cancel)));
        return Print(name, phases, flood, resident, server.Resident);
    }

    private static bool Print(
        string name, List<(string Name, SteadyClient.Served Served)> phases, IReadOnlyDictionary<string, long> flood, long before, long after)
    {
        Console.WriteLine(
            $"{name}: {Rounds.Text(flood["refused"] / Flood.TotalSeconds, "n0")} requests/s of {Addresses:n0} addresses refused, "
            + $"{Rounds.Text(flood["served"] / Flood.TotalSeconds, "n0")}/s served, {flood["blocked"]} blocked, {flood["other"]} answered otherwise; "
            + $"server's memory {before >> 20} MiB before, {after >> 20} MiB after");
        var table = new Table("honest client", "sent", "served", "median", "p99");
        foreach (var (phase, served) in phases)
        {
            table.Add(
                phase, $"{served.Sent}", $"{served.Successes}", $"{Rounds.Text(served.Took.Median.TotalMilliseconds, "n1")} ms",
                $"{Rounds.Text(served.Took.At(0.99).TotalMilliseconds, "n1")} ms");
        }

        table.Print();
        Console.WriteLine();
        var refusal = phases.Select(p => p.Served.Refusal).FirstOrDefault(r => r is not null);
        if (refusal is not null)
            Console.WriteLine($"NOT AS IT SHOULD BE: the honest client was refused: {refusal}");
        if (flood["other"] > 0)
            Console.WriteLine("NOT AS IT SHOULD BE: of the flood some were answered neither with success nor with a refusal.");
        return refusal is null && flood["other"] == 0;
    }

    private static HttpClient ClientOf(ChildServer server)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(server.Address, "/api/v1/"), Timeout = TimeSpan.FromSeconds(30),
        };
        http.DefaultRequestHeaders.Authorization = new("Bearer", server.Token);
        http.DefaultRequestHeaders.Add("X-Forwarded-For", Honest);
        return http;
    }

    private static async Task<SteadyClient.Served> UseForAsync(SteadyClient client, TimeSpan length, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        over.CancelAfter(length);
        return await client.UseAsync(over.Token);
    }
}
