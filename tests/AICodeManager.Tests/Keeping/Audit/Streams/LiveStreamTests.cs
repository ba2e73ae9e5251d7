using System.Text.Json;
using AICodeManager.Server.Keeping.Audit.Streams;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Audit.Streams;

/// <summary>The whole way in a real server: from what somebody does to a receiver that dies, comes back, and has missed nothing.</summary>
public sealed class LiveStreamTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_receiver_that_dies_and_comes_back_has_missed_nothing_that_was_recorded(string kind)
    {
        await using var receiver = SyslogReceiver.Start();
        var deaths = 0;
        receiver.Behaviour = (stream, client) => Interlocked.Increment(ref deaths) <= 3
            ? receiver.DieAfterAsync(stream, client, 20)
            : receiver.TakeAllAsync(stream, client);
        var environment = new Dictionary<string, string> { ["AICLI_SANDBOX"] = "none" };
        if (kind == "postgresql")
            environment["DATABASE_URL"] = (await postgres.NewDatabaseAsync()).Reveal();
        await using var server = await LiveServer.StartAsync(
            environment, $"audit:\n  streams:\n    - {{type: syslog, name: siem, address: \"tcp://127.0.0.1:{receiver.Port}\"}}\n",
            services => services.AddSingleton(new StreamPace(
                TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(100))));
        var admin = await server.SignUpAsync("admin");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => admin.PostAsync("workspaces", new { name = $"w{n}" })));
        await Poll.UntilAsync(async () => deaths > 3 && (await StateAsync(admin)).GetProperty("state").GetString() == "current");

        var kept = await server.Database.ReadAsync(r => r.QueryAsync<string>("SELECT id FROM audit_events WHERE chain_id IS NOT NULL"), Cancel);
        await Poll.UntilAsync(() => Task.FromResult(!kept.Except(Ids(receiver)).Any()));
        var state = await StateAsync(admin);
        Assert.Equal(("siem", "syslog", $"tcp://127.0.0.1:{receiver.Port}"), (
            state.GetProperty("name").GetString(), state.GetProperty("type").GetString(), state.GetProperty("target").GetString()));
        Assert.NotEqual("", state.GetProperty("last_error").GetString());
        // Within each chain the order is that of the chain, copies aside.
        lock (receiver.Messages)
        {
            foreach (var chain in receiver.Messages.Select(Json).Where(one => one.TryGetProperty("chain_id", out _)).GroupBy(one => one.GetProperty("chain_id").GetString()))
            {
                var sequences = chain.Select(one => one.GetProperty("sequence").GetInt64()).Distinct().ToList();
                Assert.Equal(Enumerable.Range(1, sequences.Count).Select(n => (long)n), sequences);
            }
        }
    }

    private static async Task<JsonElement> StateAsync(ApiClient admin) => (await admin.GetAsync("admin/audit/streams")).GetProperty("items")[0];

    private static List<string> Ids(SyslogReceiver receiver)
    {
        lock (receiver.Messages)
            return [.. receiver.Messages.Select(Json).Where(one => one.TryGetProperty("id", out _)).Select(one => one.GetProperty("id").GetString()!)];
    }

    private static JsonElement Json(string message) => JsonElement.Parse(message[(message.IndexOf('\ufeff') + 1)..]);
}
