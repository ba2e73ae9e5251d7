using System.Text.Json;
using AICodeManager.Server.Keeping.Telemetry;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AICodeManager.Tests.Keeping.Telemetry;

/// <summary>Queues that lie in the database are counted by state, in both kinds of it.</summary>
public sealed class QueueMetricsTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Tasks_are_counted_by_state_and_deliveries_that_wait(string kind)
    {
        var variables = kind == "postgresql" ? new Dictionary<string, string> { ["DATABASE_URL"] = (await postgres.NewDatabaseAsync()).Reveal() } : [];
        await using var server = await LiveServer.StartAsync(variables, change: TaskLab.OpenGate);
        var admin = await server.SignUpAsync("admin");
        var user = (await admin.GetAsync("auth/me")).GetProperty("id").GetString();
        var workspace = (await admin.PostAsync("workspaces", new { name = "w" })).GetProperty("id").GetString();
        var project = Guid.NewGuid();
        await server.Database.WriteAsync(
            async t =>
            {
                await t.ExecuteAsync(
                    "INSERT INTO projects (id, workspace_id, name, source_type, state, created_at) VALUES (@project, @workspace, 'p', 'empty', 'ready', 0)",
                    new { project, workspace });
                // A state that no worker takes up while it runs.
                await t.ExecuteAsync(
                    """
                    INSERT INTO tasks (id, project_id, created_by, agent, model, approvals, prompt, state, output_offset, last_event,
                        turns, budget_microusd, spent_microusd, reserved_microusd, input_tokens, output_tokens, created_at)
                    VALUES (@id, @project, @user, 'claude', 'm', 'ask', 'p', 'waiting_approval', 0, 0, 0, 1, 0, 0, 0, 0, 1)
                    """, new { id = Guid.NewGuid(), project, user });
                var alert = Guid.NewGuid();
                await t.ExecuteAsync(
                    """
                    INSERT INTO alerts (id, kind, severity, subject, facts, occurrences, told, part, first_at, last_at, quiet_until)
                    VALUES (@alert, 'test', 'info', 's', '{}', 1, 1, 0, 1, 1, 9000000000000)
                    """, new { alert });
                await t.ExecuteAsync(
                    """
                    INSERT INTO alert_deliveries (id, alert_id, channel, recipient, part, content, state, attempts, next_attempt_at, leased_until, created_at)
                    VALUES (@id, @alert, 'x', '', 0, '{}', 'pending', 0, 1, 0, 9000000000000)
                    """, new { id = Guid.NewGuid(), alert });
            }, Cancel);

        await server.Services.GetServices<IHostedService>().OfType<QueueMetrics>().Single().LookAsync(Cancel);

        var metrics = (await admin.GetAsync("admin/metrics")).GetProperty("metrics").EnumerateArray().ToDictionary(one => one.GetProperty("name").GetString()!);
        Assert.Equal(
            [("queued", 0), ("running", 0), ("starting", 0), ("waiting_approval", 1)],
            metrics["aicli.tasks.count"].GetProperty("series").EnumerateArray().Select(one => (one.GetProperty("labels").GetProperty("state").GetString()!, Value(one))));
        Assert.Equal(1, Value(metrics["aicli.alerts.pending"].GetProperty("series")[0]));
    }

    private static int Value(JsonElement series) => (int)series.GetProperty("value").GetDouble();
}
