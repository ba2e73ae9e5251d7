using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AICodeManager.Bench.Pipeline;
using AICodeManager.Bench.Rig;
using AICodeManager.Bench.Signed;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Signatures.Signing;

namespace AICodeManager.Bench;

/// <summary>
/// Forged requests against one key, while its owner goes on using it from the same address: whether the owner notices,
/// and what the server keeps of it.
/// </summary>
internal static class ForgeryBench
{
    private const string Heard = "answered ";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50), Quiet = TimeSpan.FromSeconds(10), Limit = TimeSpan.FromHours(2);

    public static async Task<int> RunAsync(int requests, int connections, CancellationToken cancel)
    {
        using var folder = new ScratchFolder();
        var data = folder.Make("data");
        await using var server = await ChildServer.StartAsync("embedded", data, null, cancel);
        using var key = await EnrolledKey.EnrolAsync(server, KeyChoice.Curve, cancel);
        using var owner = new SteadyClient(SigningClient(server.Address, key), Interval);
        await UseForAsync(owner, Quiet, cancel); // compiled and warm

        var report = new ForgeryReport { Requests = requests, EventsBefore = await EventsAsync(data, cancel), HeapBefore = await server.HeapAsync(cancel) };
        report.Phases.Add(("before", await UseForAsync(owner, Quiet, cancel)));
        report.Resident.Add(server.Resident);
        report.Phases.Add(("during", await AttackAsync(server, owner, key, connections, report, cancel)));
        report.Phases.Add(("after", await UseForAsync(owner, Quiet, cancel)));
        report.HeapAfter = await server.HeapAsync(cancel);
        report.EventsAfter = await EventsAsync(data, cancel);
        report.KeyState = JsonElement.Parse(await owner.GetAsync("keys", cancel)).GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty("key_id").GetString() == key.Id).GetProperty("state").GetString()!;
        return report.Print() ? 0 : 1;
    }

    /// <summary>The flood, and what its owner got of the key meanwhile.</summary>
    private static async Task<SteadyClient.Served> AttackAsync(
        ChildServer server, SteadyClient owner, EnrolledKey key, int connections, ForgeryReport report, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var use = owner.UseAsync(over.Token);
        var began = Stopwatch.GetTimestamp();
        try
        {
            report.Forged = await ScriptedWrk.RunAsync(
                "Signed/forge.lua", new Uri(server.Address, "/api/v1/auth/me"), connections, Limit, [key.Id, $"{report.Requests}"], Hear, cancel);
            report.Took = Stopwatch.GetElapsedTime(began);
        }
        finally
        {
            await over.CancelAsync();
            await use;
        }

        return await use;

        void Hear(string line)
        {
            if (!line.StartsWith(Heard, StringComparison.Ordinal))
                throw new BenchException($"wrk said: {line}");
            report.Resident.Add(server.Resident);
            var answered = long.Parse(line[Heard.Length..], CultureInfo.InvariantCulture);
            Console.Error.WriteLine(
                $"bench: {Rounds.Text(answered, "n0")} of {Rounds.Text(report.Requests, "n0")} forged requests answered, "
                + $"{Rounds.Text(answered / Stopwatch.GetElapsedTime(began).TotalSeconds, "n0")}/s, server at {report.Resident[^1] >> 20} MiB");
        }
    }

    private static async Task<SteadyClient.Served> UseForAsync(SteadyClient owner, TimeSpan length, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        over.CancelAfter(length);
        return await owner.UseAsync(over.Token);
    }

    private static HttpClient SigningClient(Uri server, EnrolledKey key) =>
        new(new SigningHandler(key.Signer) { InnerHandler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false } })
        {
            BaseAddress = new Uri(server, "/api/v1/"), Timeout = TimeSpan.FromSeconds(30),
        };

    /// <summary>How often each event is in the audit.</summary>
    private static async Task<Dictionary<string, long>> EventsAsync(string data, CancellationToken cancel)
    {
        await using var database = Database.Sqlite(Path.Combine(data, "aicli.db"));
        var names = await database.ReadAsync(reader => reader.QueryAsync<string>("SELECT name FROM audit_events"), cancel);
        return names.CountBy(name => name).ToDictionary(pair => pair.Key, pair => (long)pair.Value);
    }
}
