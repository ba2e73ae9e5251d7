using System.Text.Json;
using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Tasks;

public sealed class ApprovalTests
{
    [Theory, MemberData(nameof(TaskLab.Engines), MemberType = typeof(TaskLab))]
    public async Task A_call_that_changes_something_waits_until_a_person_allows_it(string engine)
    {
        await using var lab = await TaskLab.StartAsync(engine, One("Bash", """{"command":"echo made > made.txt"}"""));
        var task = await lab.StartTaskAsync(approvals: "ask");
        var asked = await lab.WaitForAsync(task, e => e.Type == "approval");
        Assert.Equal("pending", asked.Text("state"));
        await lab.WaitForAsync(task, e => e.IsState("waiting_approval"));
        Assert.Equal((404, "not_found"), await lab.User.TryAsync(HttpMethod.Get, $"projects/{lab.Project}/files/made.txt"));

        await lab.User.PostAsync($"tasks/{task}/approvals/{asked.Text("request_id")}", new { decision = "allow" });
        var events = await lab.EventsAsync(task);
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.Equal("made\n", await FileAsync(lab, "made.txt"));
    }

    [Fact]
    public async Task Even_a_command_the_cli_thinks_harmless_waits()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", One("Bash", """{"command":"ls"}"""));
        var task = await lab.StartTaskAsync(approvals: "ask");
        await lab.WaitForAsync(task, e => e.IsState("waiting_approval"));
    }

    [Fact]
    public async Task A_refusal_reaches_the_agent_with_its_message_and_nothing_runs()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", One("Write", """{"file_path":"no.txt","content":"x"}"""));
        var task = await lab.StartTaskAsync(approvals: "ask");
        var asked = await lab.WaitForAsync(task, e => e.Type == "approval");
        await lab.User.PostAsync(
            $"tasks/{task}/approvals/{asked.Text("request_id")}", new { decision = "deny", message = "not this file" });
        var events = await lab.EventsAsync(task);
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.Contains(events, e => e.Type == "tool_result" && e.Text("text")!.Contains("not this file", StringComparison.Ordinal));
        Assert.Equal((404, "not_found"), await lab.User.TryAsync(HttpMethod.Get, $"projects/{lab.Project}/files/no.txt"));
    }

    [Fact]
    public async Task Edits_inside_the_working_copy_go_ahead_where_that_was_asked_for_and_commands_still_wait()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", Steps(
            ("Write", """{"file_path":"a.txt","content":"x\n"}"""), ("Bash", """{"command":"cat a.txt"}""")));
        var task = await lab.StartTaskAsync(approvals: "edits");
        var asked = await lab.WaitForAsync(task, e => e.Type == "approval");
        Assert.Equal("Bash", asked.Text("tool"));
        Assert.Equal("x\n", await FileAsync(lab, "a.txt"));
    }

    [Theory]
    [InlineData("/etc/evil")]
    [InlineData("../outside.txt")]
    [InlineData("/config/settings.json")]
    [InlineData("/workspace/.git/hooks/post-commit")]
    public async Task An_edit_outside_the_working_copy_waits_even_then(string path)
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", One(
            "Write", JsonSerializer.Serialize(new { file_path = path, content = "x" })));
        var task = await lab.StartTaskAsync(approvals: "edits");
        await foreach (var happened in lab.FollowAsync(task))
        {
            // The CLI may refuse such a path by itself; what must not happen is that it is written unasked.
            if (happened.Type == "approval" || (happened.Type == "tool_result" && happened.Data.GetProperty("is_error").GetBoolean()))
            {
                return;
            }
        }

        Assert.Fail("the edit was neither asked for nor refused");
    }

    [Fact]
    public async Task What_was_remembered_is_not_asked_again_but_another_input_is()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", Steps(
            ("Bash", """{"command":"echo one"}"""), ("Bash", """{"command":"echo one"}"""), ("Bash", """{"command":"echo two"}""")));
        var task = await lab.StartTaskAsync(approvals: "ask");
        var first = await lab.WaitForAsync(task, e => e.Type == "approval");
        await lab.User.PostAsync($"tasks/{task}/approvals/{first.Text("request_id")}", new { decision = "allow", remember = true });
        var next = await lab.WaitForAsync(
            task, e => e.Type == "approval" && e.Text("state") == "pending", after: first.Id);
        Assert.Equal("echo two", next.Data.GetProperty("input").GetProperty("command").GetString());
    }

    [Fact]
    public async Task The_first_answer_counts_and_bad_answers_are_named()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", One("Bash", """{"command":"ls"}"""));
        var task = await lab.StartTaskAsync(approvals: "ask");
        var path = $"tasks/{task}/approvals/{(await lab.WaitForAsync(task, e => e.Type == "approval")).Text("request_id")}";
        Assert.Equal((400, "invalid_input"), await lab.User.TryAsync(HttpMethod.Post, path, new { decision = "perhaps" }));
        Assert.Equal((404, "not_found"), await lab.User.TryAsync(HttpMethod.Post, $"tasks/{task}/approvals/nothing", new { decision = "allow" }));
        var stranger = await lab.Server.SignUpAsync();
        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Post, path, new { decision = "allow" }));
        Assert.Equal((200, null), await lab.User.TryAsync(HttpMethod.Post, path, new { decision = "deny" }));
        Assert.Equal((409, "already_decided"), await lab.User.TryAsync(HttpMethod.Post, path, new { decision = "allow" }));
    }

    [Fact]
    public async Task A_question_nobody_answers_ends_the_task_and_never_becomes_a_yes()
    {
        await using var lab = await TaskLab.StartAsync(
            "bubblewrap", One("Bash", """{"command":"touch went-on"}"""), "tasks:\n  approval_wait_limit: 1s\n");
        var events = await lab.RunAsync(approvals: "ask");
        Assert.Equal("approval_wait_limit", events[^1].Text("reason"));
        Assert.Contains(events, e => e.Type == "approval" && e.Text("state") == "withdrawn");
        Assert.Equal((404, "not_found"), await lab.User.TryAsync(HttpMethod.Get, $"projects/{lab.Project}/files/went-on"));
    }

    internal static ModelScript One(string tool, string input) => Steps((tool, input));

    /// <summary>Calls the tools one after another, then says so.</summary>
    internal static ModelScript Steps(params (string Tool, string Input)[] calls) => new(
    [
        .. calls.Select((call, i) => new ScriptRule(
            new ScriptAnswer([new ScriptBlock(Tool: call.Tool, Input: JsonNode.Parse(call.Input)!.AsObject())]),
            new ScriptCondition(ToolResults: i))),
        new ScriptRule(ScriptAnswer.Says("done")),
    ]);

    private static Task<string> FileAsync(TaskLab lab, string path) =>
        lab.User.Http.GetStringAsync($"/api/v1/projects/{lab.Project}/files/{path}", TestContext.Current.CancellationToken);
}
