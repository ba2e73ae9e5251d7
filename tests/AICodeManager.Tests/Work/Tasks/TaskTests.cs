using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>The main job, with the real CLI in both real sandboxes.</summary>
public sealed class TaskTests(PostgresServer postgres)
{
    [Theory, MemberData(nameof(TaskLab.Engines), MemberType = typeof(TaskLab))]
    public async Task The_real_cli_changes_a_file_and_the_change_can_be_read(string engine)
    {
        await using var lab = await TaskLab.StartAsync(engine, ModelScript.Demo());
        var events = await lab.RunAsync("Create hello.txt");
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => (int)e.Id));
        Assert.Contains(events, e => e.Type == "tool_call" && e.Text("tool") == "Write");
        Assert.Contains(events, e => e.Type == "usage");
        var diff = await lab.User.Http.GetStringAsync($"/api/v1/projects/{lab.Project}/diff", TestContext.Current.CancellationToken);
        Assert.Contains("+Hello from AICode Manager.", diff, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_whole_way_is_the_same_on_postgresql()
    {
        await using var lab = await TaskLab.StartAsync(
            "bubblewrap", ApprovalTests.One("Bash", """{"command":"echo made > made.txt"}"""), database: await postgres.NewDatabaseAsync());
        Assert.Equal("postgresql", lab.Server.Database.Kind);
        var task = await lab.StartTaskAsync(approvals: "ask");
        var asked = await lab.WaitForAsync(task, e => e.Type == "approval");
        await lab.User.PostAsync($"tasks/{task}/approvals/{asked.Text("request_id")}", new { decision = "allow", remember = true });
        var first = await lab.EventsAsync(task);
        Assert.True(first[^1].IsState("succeeded"), string.Join("\n", first));
        await lab.User.PostAsync($"tasks/{task}/messages", new { text = "again" });
        Assert.True((await lab.WaitForAsync(task, e => e.IsState("succeeded"), after: first[^1].Id)).Id > first[^1].Id);
        Assert.Equal(1, (await lab.User.GetAsync($"projects/{lab.Project}/tasks?limit=1")).GetProperty("items").GetArrayLength());
        Assert.NotEqual(0, (await (await lab.Server.SignUpAsync("admin")).GetAsync("admin/audit?limit=5")).GetProperty("items").GetArrayLength());
        await lab.User.DeleteAsync($"projects/{lab.Project}");
        Assert.Equal((404, "not_found"), await lab.User.TryAsync(HttpMethod.Get, $"tasks/{task}"));
    }
}
