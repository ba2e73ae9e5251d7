using System.Globalization;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Work.ModelGateway;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// Raises what people should hear of tasks: budgets at 85 and 100 %, and a sandbox whose protections do not hold. Sandbox and
/// gateway know nothing of alerts; this room knows both sides.
/// </summary>
public sealed class TaskAlerts(AlertDesk desk, SandboxGate gate) : IHostedService
{
    private const int WarnAtPercent = 85;

    /// <summary>After a call was settled: raises where it crossed 85 % of the budget, or used up all of it.</summary>
    /// <param name="before">Micro-dollars spent before the call.</param>
    internal void Spent(AgentTask task, long before)
    {
        if (Crosses(before, task.SpentMicrousd, task.BudgetMicrousd, 100))
            Raise(AlertKinds.BudgetExhausted, task, task.SpentMicrousd);
        else if (Crosses(before, task.SpentMicrousd, task.BudgetMicrousd, WarnAtPercent))
            Raise(AlertKinds.BudgetWarning, task, task.SpentMicrousd);
    }

    /// <summary>After a run: raises where the budget did not hold another call.</summary>
    /// <param name="task">As it was when the run began.</param>
    internal void Ended(AgentTask task, RunOutcome outcome)
    {
        if (outcome.Reason == FaultKinds.BudgetExhausted)
            Raise(AlertKinds.BudgetExhausted, task, null);
    }

    /// <summary>Before the probes begin.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        gate.Closed += Closed;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        gate.Closed -= Closed;
        return Task.CompletedTask;
    }

    private static bool Crosses(long before, long after, long budget, int percent) =>
        (decimal)before * 100 < (decimal)budget * percent && (decimal)after * 100 >= (decimal)budget * percent;

    private void Raise(string kind, AgentTask task, long? spent)
    {
        var facts = new Dictionary<string, string>
        {
            ["task"] = task.Id.ToString("D"), ["project"] = task.ProjectId.ToString("D"), ["budget_usd"] = Usd(task.BudgetMicrousd),
        };
        if (spent is { } known)
            facts["spent_usd"] = Usd(known);
        desk.Raise(new Alert(kind, AlertSeverity.Warning, task.Id.ToString("D"), facts));
    }

    private static string Usd(long microUsd) => Money.ToUsd(microUsd).ToString(CultureInfo.InvariantCulture);

    private void Closed(string why) => desk.Raise(new Alert(
        AlertKinds.SandboxProbeFailed, AlertSeverity.Critical, null, new Dictionary<string, string> { ["reason"] = why }));
}
