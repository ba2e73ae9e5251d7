using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.Work.Tasks;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>What the tasks of a workspace find in their environment, and how their content stands in the audit.</summary>
public sealed class TaskEnvironmentTests(TaskEnvironmentLab at) : IClassFixture<TaskEnvironmentLab>
{
    private const string Value = "it's \"quoted\", $HOME is not expanded,\nand there is a second line = 한국어";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_finds_the_values_of_its_own_workspace_and_those_of_no_other()
    {
        var (workspace, project) = await at.NewAsync();
        var (other, _) = await at.NewAsync();
        await at.SetAsync(workspace, "MARKED", Value);
        await at.SetAsync(other, "OF_ANOTHER", "x");

        var (task, events) = await at.RunAsync(project, "hash");
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.StartsWith(Sha256(Value), events.Single(e => e.Type == "tool_result").Text("text"), StringComparison.Ordinal);

        // A change is for the next run, which a message begins.
        await at.SetAsync(workspace, "MARKED", "changed");
        await at.Lab.User.PostAsync($"tasks/{task}/messages", new { text = "hash" });
        await at.Lab.WaitForAsync(task, e => e.IsState("succeeded"), after: events[^1].Id);
        Assert.StartsWith(
            Sha256("changed"), (await at.Lab.EventsAsync(task)).Last(e => e.Type == "tool_result").Text("text"), StringComparison.Ordinal);

        var (_, named) = await at.RunAsync(project, "names");
        var names = named.Single(e => e.Type == "tool_result").Text("text")!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("MARKED", names);
        Assert.DoesNotContain("OF_ANOTHER", names);
    }

    [Fact]
    public async Task A_task_does_not_start_without_a_value_that_cannot_be_opened()
    {
        var (workspace, project) = await at.NewAsync();
        await at.SetAsync(workspace, "GOOD", "x");
        await at.SetAsync(workspace, "BROKEN", Value);
        await at.Lab.Server.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE workspace_environment SET sealed_version = sealed_version + 1 WHERE workspace_id = @workspace AND name = 'BROKEN'", new { workspace }), Cancel);
        var asked = at.Lab.Model.Requests.Count;

        var (_, events) = await at.RunAsync(project, "hash");
        Assert.True(events[^1].IsState("failed"), string.Join("\n", events));
        Assert.Equal("environment_unreadable", events[^1].Text("reason"));
        Assert.Contains(events, e => e.Type == "log" && e.Text("text")!.Contains("The value of BROKEN ", StringComparison.Ordinal));
        Assert.Equal(asked, at.Lab.Model.Requests.Count);
    }

    [Fact]
    public async Task The_audit_has_hashes_of_prompts_messages_and_tool_calls_and_the_content_only_where_it_is_asked_for()
    {
        var (workspace, project) = await at.NewAsync();
        var (prompt, message) = ("names, please: secret-of-the-prompt", "thanks: secret-of-the-message");
        var (task, events) = await at.RunAsync(project, prompt);
        await at.Lab.User.PostAsync($"tasks/{task}/messages", new { text = message });
        await at.Lab.WaitForAsync(task, e => e.IsState("succeeded"), after: events[^1].Id);

        var input = events.Single(e => e.Type == "tool_call").Data.GetProperty("input").GetRawText();
        Assert.Equal((Sha256(prompt), false), await AuditedAsync(task, "task_created", "prompt"));
        Assert.Equal((Sha256(message), false), await AuditedAsync(task, "task_message_sent", "message"));
        Assert.Equal((Approval.HashOf("Bash", input), false), await AuditedAsync(task, "tool_called", "input"));
        Assert.Equal(0, await at.Lab.Server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE details LIKE '%secret-of-the%'"), Cancel));

        await at.Lab.User.TryAsync(HttpMethod.Put, $"workspaces/{workspace}", new { name = "with content", audit_content = true });
        var second = "names " + new string('ß', 5000);
        (task, _) = await at.RunAsync(project, second);
        Assert.Equal((Sha256(second), true), await AuditedAsync(task, "task_created", "prompt"));
        Assert.Equal((Approval.HashOf("Bash", input), true), await AuditedAsync(task, "tool_called", "input"));
        Assert.Equal(second[..4096] + "…", (await DetailsAsync(task, "task_created")).GetProperty("prompt").GetString());
        Assert.Equal(input, (await DetailsAsync(task, "tool_called")).GetProperty("input").GetString());
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private async Task<(string? Hash, bool Content)> AuditedAsync(string task, string name, string what)
    {
        var details = await DetailsAsync(task, name);
        return (details.GetProperty($"{what}_sha256").GetString(), details.TryGetProperty(what, out _));
    }

    private async Task<JsonElement> DetailsAsync(string task, string name) => JsonElement.Parse((await at.Lab.Server.Database.ReadAsync(
        r => r.SingleAsync<string>("SELECT details FROM audit_events WHERE name = @name AND resource_id = @task", new { name, task }), Cancel))!);
}
