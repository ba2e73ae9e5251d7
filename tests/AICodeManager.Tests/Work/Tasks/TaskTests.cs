using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>The main job, with the real CLI in both real sandboxes.</summary>
public sealed class TaskTests
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
}
