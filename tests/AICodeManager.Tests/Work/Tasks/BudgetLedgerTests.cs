using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Work.ModelGateway;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Tasks;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Ground.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>Subagents call the model at the same time; what they reserve and spend together never exceeds their task's budget.</summary>
public sealed class BudgetLedgerTests(PostgresServer postgres) : IDisposable
{
    private const long Budget = 1_000;
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();

    // How states are stored is told by the room when it is added.
    static BudgetLedgerTests() => new ServiceCollection().AddTasks();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Reservations_made_at_once_are_granted_as_far_as_the_budget_goes(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var task = await NewTaskAsync(database);
        var ledger = Ledger(database, task);

        var calls = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => ReserveAsync(ledger, 90)));

        var granted = calls.OfType<Guid>().ToArray();
        Assert.Equal(11, granted.Length);
        Assert.Equal(10, await ledger.RemainingAsync(Cancel));
        Assert.Equal((0L, 990L), await StandAsync(database, task));

        // Settled twice at once, as after a fault: it counts once. What was not used is free again.
        await Task.WhenAll(granted.Concat(granted).Select(call => SettleAsync(ledger, call, 40)));
        Assert.Equal((440L, 0L), await StandAsync(database, task));
        Assert.Equal(560, await ledger.RemainingAsync(Cancel));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Callers_that_reserve_and_settle_in_turn_never_spend_more_than_the_budget(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var task = await NewTaskAsync(database);
        var ledger = Ledger(database, task);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (await ReserveAsync(ledger, 50) is { } call)
            {
                var (spent, reserved) = await StandAsync(database, task);
                Assert.InRange(spent + reserved, 0, Budget);
                await SettleAsync(ledger, call, 37);
            }
        }));

        var (all, open) = await StandAsync(database, task);
        Assert.Equal(0, open);
        // It ends only when another 50 do not fit beside what others hold.
        Assert.InRange(all, Budget - (8 * 50), Budget);
        Assert.Equal(0, all % 37);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_a_killed_server_left_open_counts_in_full_and_once(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var task = await NewTaskAsync(database);
        var ledger = Ledger(database, task);
        var call = (await ReserveAsync(ledger, 300))!.Value;
        var settled = (await ReserveAsync(ledger, 300))!.Value;
        await SettleAsync(ledger, settled, 100);

        await TaskBudgetLedger.SettleLostAsync(task, database, TimeProvider.System, Cancel);
        await TaskBudgetLedger.SettleLostAsync(task, database, TimeProvider.System, Cancel);
        await SettleAsync(ledger, call, 10);

        Assert.Equal((400L, 0L), await StandAsync(database, task));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task People_hear_once_when_most_of_it_is_spent_and_once_when_all_of_it_is(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        using var scene = new Scene();
        using var desk = new AlertDesk(scene.Settings(), TimeProvider.System);
        var task = await NewTaskAsync(database);
        var ledger = Ledger(database, task, new TaskAlerts(desk, new SandboxGate()));
        List<string> heard = [];
        while (await ReserveAsync(ledger, 50) is { } call)
        {
            await SettleAsync(ledger, call, 50);
            heard.AddRange(desk.Take().Select(alert => $"{alert.Kind} {alert.Facts["spent_usd"]}"));
        }

        Assert.Equal(["budget_warning 0.00085", "budget_exhausted 0.001"], heard);
    }

    public void Dispose() => folder.Dispose();

    private static TaskBudgetLedger Ledger(Database database, Guid task, TaskAlerts? alerts = null)
    {
        var feed = new TaskFeed();
        return new TaskBudgetLedger(task, database, new TaskLog(database, feed, new TaskTexts(VaultLab.Of(database).Fields), TimeProvider.System), feed, TimeProvider.System, alerts);
    }

    private static async Task<Guid?> ReserveAsync(TaskBudgetLedger ledger, long amount)
    {
        // On a thread of its own: SQLite's calls are synchronous and would follow each other.
        await Task.Yield();
        var call = Guid.NewGuid();
        return await ledger.ReserveAsync(call, "m", amount, Cancel) ? call : null;
    }

    private static async Task SettleAsync(TaskBudgetLedger ledger, Guid call, long cost)
    {
        await Task.Yield();
        await ledger.SettleAsync(call, new ModelUsage(1, 1, 0, 0), cost, "success", Cancel);
    }

    private static async Task<(long Spent, long Reserved)> StandAsync(Database database, Guid id)
    {
        var task = await database.ReadAsync(r => r.SingleAsync<Row>("SELECT spent_microusd, reserved_microusd FROM tasks WHERE id = @id", new { id }), Cancel);
        return (task!.SpentMicrousd, task.ReservedMicrousd);
    }

    private static async Task<Guid> NewTaskAsync(Database database)
    {
        var id = Guid.NewGuid();
        await database.WriteAsync(async t =>
        {
            await t.ExecuteAsync("INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES (@id, 'a', 'a', 'a', 'user', '', 0)", new { id });
            await t.ExecuteAsync("INSERT INTO workspaces (id, named_by, name, created_at) VALUES (@id, @id, 'w', 0)", new { id });
            await t.ExecuteAsync("INSERT INTO projects (id, workspace_id, name, source_type, state, created_at) VALUES (@id, @id, 'p', 'empty', 'ready', 0)", new { id });
            await t.ExecuteAsync(
                """
                INSERT INTO tasks (id, project_id, created_by, agent, approvals, prompt, state, model, output_offset, last_event, turns,
                    budget_microusd, spent_microusd, reserved_microusd, input_tokens, output_tokens, created_at)
                VALUES (@id, @id, @id, 'claude', 'never', '', 'running', 'm', 0, 0, 0, @Budget, 0, 0, 0, 0, 0)
                """, new { id, Budget });
        }, Cancel);
        return id;
    }

    private sealed record Row
    {
        public long SpentMicrousd { get; init; }

        public long ReservedMicrousd { get; init; }
    }
}
