namespace AICodeManager.Tests.Work.Tasks;

/// <summary>Tasks whose texts the configuration wants sealed.</summary>
public sealed class SealedTextTests(SealedTextLab at) : IClassFixture<SealedTextLab>
{
    private const string Prompt = "prompt-word-41", Message = "message-word-43", Unread = "unread-word-44";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_goes_its_whole_way_and_none_of_its_words_lies_in_the_database_in_clear()
    {
        var lab = at.Lab;
        var task = await lab.StartTaskAsync(Prompt, approvals: "ask");
        var asked = await lab.WaitForAsync(task, e => e.Type == "approval");
        var waiting = (await lab.User.GetAsync($"tasks/{task}/approvals")).GetProperty("items")[0];
        Assert.Equal(SealedTextLab.Command, waiting.GetProperty("input").GetProperty("command").GetString());
        await lab.User.PostAsync($"tasks/{task}/approvals/{asked.Text("request_id")}", new { decision = "allow", remember = true });
        var events = await lab.EventsAsync(task);
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.Contains(events, e => e.Type == "message" && e.Text("text") == Prompt);
        Assert.Contains(events, e => e.Type == "tool_result" && e.Text("text") == "command-word-42");

        // The same call again is decided by what was remembered, and runs with what was shown.
        await lab.User.PostAsync($"tasks/{task}/messages", new { text = Message });
        var last = await lab.WaitForAsync(task, e => e.IsState("succeeded"), after: events[^1].Id);
        Assert.True(last.Id > events[^1].Id);
        Assert.Equal(Prompt, (await lab.User.GetAsync($"tasks/{task}")).GetProperty("prompt").GetString());
        Assert.All(
            (await lab.User.GetAsync($"projects/{lab.Project}/tasks")).GetProperty("items").EnumerateArray(),
            listed => Assert.Equal(Prompt, listed.GetProperty("prompt").GetString()));
        Assert.Contains(lab.Model.Requests, r => r.Body.Contains(Message, StringComparison.Ordinal));

        foreach (var column in (string[])["prompt FROM tasks", "text FROM task_messages", "data FROM task_events", "input FROM task_approvals"])
        {
            var stored = await lab.Server.Database.ReadAsync(r => r.QueryAsync<string>($"SELECT {column}"), Cancel);
            Assert.NotEmpty(stored);
            Assert.All(stored, text => Assert.StartsWith("v2.", text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_message_that_was_moved_from_another_place_is_not_said()
    {
        var lab = at.Lab;
        var task = await lab.StartTaskAsync(Prompt);
        var events = await lab.EventsAsync(task);
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        var asked = lab.Model.Requests.Count;

        // Whoever can write to the database makes the first message the next one's text, and then says something else.
        await lab.Server.Database.WriteAsync(async t =>
        {
            await t.ExecuteAsync(
                """
                INSERT INTO task_messages (task_id, number, author_id, text, created_at)
                SELECT task_id, 2, author_id, text, created_at FROM task_messages WHERE task_id = @task
                """, new { task });
        }, Cancel);
        await lab.User.PostAsync($"tasks/{task}/messages", new { text = Unread });
        var end = await lab.WaitForAsync(task, e => e.IsState("failed"), after: events[^1].Id);
        Assert.Equal("text_unreadable", end.Text("reason"));
        Assert.Contains(
            await lab.EventsAsync(task), e => e.Type == "log" && e.Text("text")!.Contains($"task_messages.text of {task}/2", StringComparison.Ordinal));
        Assert.Equal(asked, lab.Model.Requests.Count);
    }
}
