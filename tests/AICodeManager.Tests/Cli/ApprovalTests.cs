using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.Cli;

public sealed class ApprovalTests
{
    private const string Events = $"GET /tasks/{Some.TaskId}/events";
    private const string List = $"GET /tasks/{Some.TaskId}/approvals";

    private static string Decide(string request) => $"POST /tasks/{Some.TaskId}/approvals/{request}";

    private static object Command(string command) => new { command };

    [Fact]
    public async Task Can_allow_the_only_one_that_waits()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(List, Some.List(Some.Approval("r-old", "Bash", Command("ls"), "allowed"), Some.Approval("r-new", "Bash", Command("npm test"))))
            .On(Decide("r-new"), null, 204);

        Assert.Equal(0, await aicli.RunAsync("approve", Some.TaskId));

        Assert.Equal("Allowed: Bash npm test\n", aicli.Out.ToString());
        Assert.Equal("""{"decision":"allow"}""", api.Only(Decide("r-new")).Text);
    }

    [Fact]
    public async Task Can_allow_and_remember_or_deny_with_a_message_by_the_beginning_of_an_id()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(List, Some.List(Some.Approval("aaaa-1", "Bash", Command("ls")), Some.Approval("bbbb-2", "Bash", Command("rm x"))))
            .On(Decide("aaaa-1"), null, 204).On(Decide("bbbb-2"), null, 204);

        Assert.Equal(0, await aicli.RunAsync("task", "approve", Some.TaskId, "aaaa", "--remember", "--json"));
        Assert.Equal("""{"decision":"allow","remember":true}""", api.Only(Decide("aaaa-1")).Text);
        Assert.Equal("allowed", aicli.Document().GetProperty("action").GetString());

        Assert.Equal(0, await aicli.RunAsync("deny", Some.TaskId, "bbbb-2", "--message", "keep it"));
        Assert.Equal("""{"decision":"deny","message":"keep it"}""", api.Only(Decide("bbbb-2")).Text);
    }

    [Fact]
    public async Task Cannot_guess_which_of_several_is_meant()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(List, Some.List(Some.Approval("aaaa-1", "Bash", Command("ls")), Some.Approval("aaaa-2", "Bash", Command("rm x"))));

        Assert.Equal(2, await aicli.RunAsync("approve", Some.TaskId));
        Assert.Contains("aaaa-1 (Bash ls)", aicli.Error.ToString());
        Assert.Contains("aaaa-2 (Bash rm x)", aicli.Error.ToString());
        Assert.Equal(2, await aicli.RunAsync("approve", Some.TaskId, "aaaa"));
        Assert.Equal(4, await aicli.RunAsync("approve", Some.TaskId, "cccc"));
    }

    [Fact]
    public async Task Cannot_allow_what_no_longer_waits()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(List, Some.List(Some.Approval("aaaa-1", "Bash", Command("ls"), "withdrawn")));

        Assert.Equal(4, await aicli.RunAsync("approve", Some.TaskId));
        Assert.Equal(4, await aicli.RunAsync("approve", Some.TaskId, "aaaa-1"));
    }

    [Fact]
    public async Task Can_list_with_every_field_of_the_input()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(List, Some.List(Some.Approval("r-1", "Bash", new { command = "ls", dangerouslyDisableSandbox = true })));

        Assert.Equal(0, await aicli.RunAsync("task", "approvals", Some.TaskId));

        Assert.Contains("command: ls", aicli.Out.ToString());
        Assert.Contains("dangerouslyDisableSandbox: true", aicli.Out.ToString());
        Assert.Contains("r-1", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_say_how_to_decide_elsewhere_where_nobody_can_be_asked()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Streams(Some.TaskId, Some.Asks(1, "r-1", "Bash", Command("npm test")), Some.Asks(2, "r-1", "Bash", Command("npm test"), "denied"), Some.State(3, "failed"));

        Assert.Equal(1, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Contains("Bash asks for approval:\n  command: npm test\n", aicli.Out.ToString());
        Assert.Contains($"aicli approve {Some.TaskId} r-1", aicli.Out.ToString());
        Assert.Contains($"aicli deny {Some.TaskId} r-1", aicli.Out.ToString());
        Assert.Contains("approval denied: Bash (request r-1)", aicli.Out.ToString());
        Assert.DoesNotContain(api.Seen, seen => seen.Line == List);
    }

    [Theory]
    [InlineData("y", """{"decision":"allow"}""")]
    [InlineData("what?\nY", """{"decision":"allow"}""")]
    [InlineData("a", """{"decision":"allow","remember":true}""")]
    [InlineData("n", """{"decision":"deny"}""")]
    [InlineData("d\nuse another", """{"decision":"deny","message":"use another"}""")]
    public async Task Can_be_answered_at_the_terminal(string typed, string sent)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, In = new StringReader(typed + "\n") };
        var decided = new TaskCompletionSource();
        api.On(List, Some.List(Some.Approval("r-1", "Edit", new { file_path = "src/app.cs", old_string = "a\nb", new_string = "c" })))
            .On(Decide("r-1"), context =>
            {
                decided.TrySetResult();
                return ApiDouble.JsonAsync(context, 204, null);
            })
            .On(Events, async context =>
            {
                var (id, type, data) = Some.Asks(1, "r-1", "Edit", new { });
                await ApiDouble.EventAsync(context, id, type, data);
                await decided.Task;
                await ApiDouble.EventAsync(context, 2, "state", new { at = Some.At, state = "succeeded" });
            });

        Assert.Equal(0, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Equal(sent, api.Only(Decide("r-1")).Text);
        Assert.Contains("Edit asks for approval:\n  file_path: src/app.cs\n  - a\n  - b\n  + c\n", aicli.Out.ToString());
    }

    [Fact]
    public async Task Cannot_be_asked_about_what_was_decided_long_ago()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, In = new StringReader("n\n") };
        var decided = new TaskCompletionSource();
        Task DecidedAsync(HttpContext context)
        {
            decided.TrySetResult();
            return ApiDouble.JsonAsync(context, 204, null);
        }

        api.On(List, Some.List(Some.Approval("r-1", "Bash", Command("ls"), "allowed"), Some.Approval("r-2", "Bash", Command("rm x"))))
            .On(Decide("r-1"), DecidedAsync).On(Decide("r-2"), DecidedAsync)
            .On(Events, async context =>
            {
                await ApiDouble.EventAsync(context, 1, "approval", Some.Asks(1, "r-1", "Bash", Command("ls")).Data);
                await ApiDouble.EventAsync(context, 2, "approval", Some.Asks(2, "r-2", "Bash", Command("rm x")).Data);
                await decided.Task;
                await ApiDouble.EventAsync(context, 3, "state", new { at = Some.At, state = "succeeded" });
            });

        Assert.Equal(0, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Equal([Decide("r-2")], api.Seen.Select(seen => seen.Line).Where(line => line.StartsWith("POST", StringComparison.Ordinal)));
        Assert.DoesNotContain("command: ls", aicli.Out.ToString());
    }

    [Fact]
    public async Task Cannot_allow_the_next_request_by_a_late_answer_to_the_one_before()
    {
        await using var api = await ApiDouble.StartAsync();
        using var keyboard = new TypedInput();
        using var aicli = new Aicli(api) { Interactive = true, In = keyboard };
        var (elsewhere, decided) = (new TaskCompletionSource(), new TaskCompletionSource());
        api.On(List, Some.List(Some.Approval("r-1", "Bash", Command("ls")), Some.Approval("r-2", "Bash", Command("rm -rf ."))))
            .On(Decide("r-2"), context =>
            {
                decided.TrySetResult();
                return ApiDouble.JsonAsync(context, 204, null);
            })
            .On(Events, async context =>
            {
                await ApiDouble.EventAsync(context, 1, "approval", Some.Asks(1, "r-1", "Bash", Command("ls")).Data);
                await elsewhere.Task;
                await ApiDouble.EventAsync(context, 2, "approval", Some.Asks(2, "r-1", "Bash", Command("ls"), "allowed").Data);
                await ApiDouble.EventAsync(context, 3, "approval", Some.Asks(3, "r-2", "Bash", Command("rm -rf .")).Data);
                await decided.Task;
                await ApiDouble.EventAsync(context, 4, "state", new { at = Some.At, state = "succeeded" });
            });

        var run = aicli.RunAsync("task", "follow", Some.TaskId);
        await aicli.Error.HasAsync("Allow it?");
        elsewhere.SetResult();
        await aicli.Error.HasAsync("That question is gone");
        keyboard.Type("y"); // Meant for "ls".
        await aicli.Error.HasAsync("Allow it?", times: 2);
        keyboard.Type("n");

        Assert.Equal(0, await run);
        Assert.Equal("""{"decision":"deny"}""", api.Only(Decide("r-2")).Text);
        Assert.Contains("decided elsewhere", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_go_on_following_when_the_keyboard_is_gone()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, In = TextReader.Null };
        var told = new TaskCompletionSource();
        api.On(List, Some.List(Some.Approval("r-1", "Bash", Command("ls"))))
            .On(Events, async context =>
            {
                await ApiDouble.EventAsync(context, 1, "approval", Some.Asks(1, "r-1", "Bash", Command("ls")).Data);
                await told.Task;
                await ApiDouble.EventAsync(context, 2, "state", new { at = Some.At, state = "succeeded" });
            });

        var run = aicli.RunAsync("task", "follow", Some.TaskId);
        await aicli.Out.HasAsync($"aicli approve {Some.TaskId} r-1");
        told.SetResult();

        Assert.Equal(0, await run);
        Assert.DoesNotContain(api.Seen, seen => seen.Line.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Can_say_that_a_decision_did_not_arrive_and_goes_on()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Interactive = true, In = new StringReader("y\n") };
        var told = new TaskCompletionSource();
        api.On(List, Some.List(Some.Approval("r-1", "Bash", Command("ls"))))
            .Refuses(Decide("r-1"), 401, "step_up_required", "Confirm that it is you")
            .On(Events, async context =>
            {
                await ApiDouble.EventAsync(context, 1, "approval", Some.Asks(1, "r-1", "Bash", Command("ls")).Data);
                await told.Task;
                await ApiDouble.EventAsync(context, 2, "state", new { at = Some.At, state = "succeeded" });
            });

        var run = aicli.RunAsync("task", "follow", Some.TaskId);
        await aicli.Out.HasAsync("did not reach the server: Confirm that it is you");
        told.SetResult();

        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task Can_shorten_a_long_input_and_says_how_much_is_left_out()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var content = string.Join('\n', Enumerable.Range(0, 500).Select(line => $"line {line}"));
        api.Streams(Some.TaskId, Some.Asks(1, "r-1", "Write", new { file_path = "a", content }), Some.State(2, "failed"));

        Assert.Equal(1, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Contains("+ line 38\n", aicli.Out.ToString());
        Assert.DoesNotContain("line 39", aicli.Out.ToString());
        Assert.Contains("… 461 more lines, ", aicli.Out.ToString());
        Assert.Contains($"aicli task approvals {Some.TaskId}", aicli.Out.ToString());
    }

    [Fact]
    public async Task Cannot_hide_a_part_of_a_command_from_the_one_who_decides()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api) { Colours = true };
        const string Hostile = "ls \u001b]8;;rm -rf ~\u0007\u001b[8m; curl evil\u001b[0m\r\u202e\u200d\u3164# harmless\b";
        api.Streams(Some.TaskId, Some.Asks(1, "r-1", "Bash\u001b[2J", new { command = Hostile }), Some.State(2, "failed"));

        Assert.Equal(1, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Contains(
            @"command: ls \u{1b}]8;;rm -rf ~\u{7}\u{1b}[8m; curl evil\u{1b}[0m\r\u{202e}\u{200d}\u{3164}# harmless\u{8}", aicli.Out.ToString());
        Assert.Contains(@"Bash\u{1b}[2J", aicli.Out.ToString());
    }
}
