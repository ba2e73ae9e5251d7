using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Work.ModelGateway;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Tasks;
using AICodeManager.Tests.Ground.Configuration;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>People hear of budgets that run out, and of a sandbox that does not hold.</summary>
public sealed class TaskAlertsTests : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly SandboxGate gate = new();
    private readonly AlertDesk desk;
    private readonly TaskAlerts alerts;

    public TaskAlertsTests()
    {
        using var scene = new Scene();
        desk = new AlertDesk(scene.Settings(), TimeProvider.System);
        alerts = new TaskAlerts(desk, gate);
    }

    [Theory]
    [InlineData(0, 849_999)]
    [InlineData(849_999, 850_000, AlertKinds.BudgetWarning)]
    [InlineData(0, 999_999, AlertKinds.BudgetWarning)]
    [InlineData(850_000, 900_000)]
    [InlineData(900_000, 1_000_000, AlertKinds.BudgetExhausted)]
    [InlineData(0, 1_000_000, AlertKinds.BudgetExhausted)]
    [InlineData(1_000_000, 1_000_001)]
    public void Can_tell_of_a_budget_when_it_crosses(long before, long after, params string[] kinds)
    {
        var task = new AgentTask { Id = Guid.NewGuid(), ProjectId = Guid.NewGuid(), BudgetMicrousd = 1_000_000, SpentMicrousd = after };
        alerts.Spent(task, before);

        var raised = desk.Take();
        Assert.Equal(kinds, raised.Select(one => one.Kind));
        Assert.All(raised, one => Assert.Equal(task.Id.ToString("D"), one.Subject));
        Assert.All(raised, one => Assert.Equal("1", one.Facts["budget_usd"]));
    }

    [Fact]
    public void Can_tell_of_a_task_whose_budget_held_no_further_call_and_of_no_other_end()
    {
        var task = new AgentTask { Id = Guid.NewGuid(), BudgetMicrousd = 1_000_000 };
        alerts.Ended(task, RunOutcome.Failed("agent_died"));
        alerts.Ended(task, RunOutcome.Cancelled);
        Assert.Empty(desk.Take());
        alerts.Ended(task, RunOutcome.Failed(FaultKinds.BudgetExhausted));
        Assert.Equal(AlertKinds.BudgetExhausted, Assert.Single(desk.Take()).Kind);
    }

    [Fact]
    public async Task Can_tell_of_a_sandbox_that_does_not_hold_from_the_start_on_to_the_end()
    {
        gate.Close("nobody listens yet");
        await alerts.StartAsync(Cancel);
        gate.Open();
        Assert.Empty(desk.Take());
        gate.Close("the network is reachable");
        var raised = Assert.Single(desk.Take());
        Assert.Equal((AlertKinds.SandboxProbeFailed, AlertSeverity.Critical, "the network is reachable"), (raised.Kind, raised.Severity, raised.Facts["reason"]));
        await alerts.StopAsync(Cancel);
        gate.Close("after the end");
        Assert.Empty(desk.Take());
    }

    public void Dispose() => desk.Dispose();
}
