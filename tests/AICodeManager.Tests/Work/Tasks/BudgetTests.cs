using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>Money is reserved before a call and never spent beyond the budget; a task without money says so.</summary>
public sealed class BudgetTests
{
    [Fact]
    public async Task A_task_whose_budget_holds_no_call_ends_before_any_and_one_that_runs_out_ends_within_it()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", ModelScript.Always(
            new([new ScriptBlock(Tool: "Bash", Input: new JsonObject { ["command"] = "true", ["description"] = "spends" })])));

        var task = await lab.StartTaskAsync(budget: 0.01m);
        await AssertExhaustedAsync(lab, task);
        Assert.Equal(0, await CostAsync(lab, task));
        Assert.DoesNotContain(lab.Model.Requests, IsCall);

        task = await lab.StartTaskAsync(budget: 0.75m);
        await AssertExhaustedAsync(lab, task);
        Assert.InRange(await CostAsync(lab, task), 0.03m, 0.75m);
        Assert.Contains(lab.Model.Requests, IsCall);
        var open = await lab.Server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COALESCE(SUM(reserved_microusd), 0) FROM tasks"), TestContext.Current.CancellationToken);
        Assert.Equal(0, open);
    }

    // Counting a prompt's tokens is free and not a call.
    private static bool IsCall(RecordedRequest request) => request.Target.Split('?')[0] == "/v1/messages";

    private static async Task AssertExhaustedAsync(TaskLab lab, string task)
    {
        var events = await lab.EventsAsync(task);
        Assert.True(events[^1].IsState("failed") && events[^1].Text("reason") == "budget_exhausted", string.Join("\n", events.TakeLast(10)));
    }

    private static async Task<decimal> CostAsync(TaskLab lab, string task) =>
        (await lab.User.GetAsync($"tasks/{task}")).GetProperty("cost_usd").GetDecimal();
}
