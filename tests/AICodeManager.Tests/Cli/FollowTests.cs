using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.Cli;

public sealed class FollowTests
{
    private const string Events = $"GET /tasks/{Some.TaskId}/events";

    [Theory]
    [InlineData("succeeded", 0)]
    [InlineData("failed", 1)]
    [InlineData("cancelled", 1)]
    [InlineData("timed_out", 1)]
    public async Task Can_follow_to_the_end_and_tells_it_by_the_exit_code(string state, int exit)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Streams(Some.TaskId, Some.State(1, "running"), Some.State(2, state));

        Assert.Equal(exit, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Equal($"state: running\nstate: {state}\n", aicli.Out.ToString());
        Assert.Equal("text/event-stream", api.Only(Events).Headers["Accept"]);
        Assert.False(api.Only(Events).Headers.ContainsKey("Last-Event-ID"));
    }

    [Fact]
    public async Task Can_show_each_kind_of_event_and_passes_over_unknown_ones()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On($"POST /projects/{Some.ProjectId}/tasks", Some.Task(), 201).Streams(
            Some.TaskId,
            (1, "message", new { at = Some.At, role = "user", text = "Add a health check" }),
            (2, "tool_call", new { at = Some.At, tool_use_id = "u1", tool = "Bash", input = new { command = "npm test", description = "Run" } }),
            (3, "tool_result", new { at = Some.At, tool_use_id = "u1", is_error = true, text = "1 \u001b[31mfailed\u001b[0m\n" }),
            (4, "log", new { at = Some.At, level = "warn", text = "slow" }),
            (5, "usage", new { at = Some.At, input_tokens = 1, output_tokens = 2, cost_usd = 0.5 }),
            (6, "brand_new", new { at = Some.At, anything = 1 }),
            (7, "state", new { at = Some.At, state = 7, surprise = true }),
            (8, "message", "not json"),
            Some.Message(9, "Done."),
            (10, "result", new { at = Some.At, outcome = "succeeded", text = "Done.", turns = 2, cost_usd = 0.0125, usage = new { input_tokens = 10, output_tokens = 20 } }),
            Some.State(11, "succeeded"));

        Assert.Equal(0, await aicli.RunAsync("task", "run", "-p", Some.ProjectId, "Add a health check", "--follow"));

        Assert.Equal(
            $"""
            task {Some.TaskId}
            you: Add a health check
            tool: Bash npm test
              the tool failed:
              1 failed
            log: warn: slow
            state: 
            Done.
            result: succeeded, 2 turns, 10 tokens in, 20 tokens out, $0.0125
            state: succeeded

            """,
            aicli.Out.ToString());
    }

    [Fact]
    public async Task Cannot_draw_on_the_terminal_through_any_event()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        const string Hostile = "x\u001b]52;c;ZXZpbA==\u0007\u009b2J\u202e\b";
        api.Streams(
            Some.TaskId,
            Some.Piece(1, Hostile), Some.Message(2, Hostile + Hostile), Some.Message(3, Hostile, "m2"),
            (4, "message", new { at = Some.At, role = "user", text = Hostile }),
            (5, "tool_call", new { at = Some.At, tool = Hostile, input = new { command = Hostile } }),
            (6, "tool_result", new { at = Some.At, text = Hostile }),
            (7, "log", new { at = Some.At, level = Hostile, text = Hostile }),
            (8, "approval", new { at = Some.At, request_id = Hostile, tool = Hostile, input = new { x = Hostile }, state = "pending" }),
            (9, "approval", new { at = Some.At, request_id = Hostile, tool = Hostile, state = Hostile, decided_by = Hostile }),
            (10, "result", new { at = Some.At, outcome = Hostile, text = "other " + Hostile }),
            (11, "state", new { at = Some.At, state = "succeeded", reason = Hostile }));

        Assert.Equal(0, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.DoesNotContain(aicli.Out.ToString(), sign => (char.IsControl(sign) && sign is not '\n') || sign is '\u202e');
        Assert.Contains("x\\u{1b}]52;c;ZXZpbA==\\u{7}", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_print_a_message_as_it_grows_and_not_a_second_time()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Streams(
            Some.TaskId,
            Some.Piece(1, "Hel"), Some.Piece(2, "lo, "), Some.Piece(3, "you"), Some.Message(4, "Hello, you"),
            Some.Message(5, "Another block of the same message"),
            Some.Piece(6, "cut off", "m2"), (7, "log", new { at = Some.At, level = "info", text = "between" }), Some.Message(8, "cut off here", "m2"),
            Some.State(9, "succeeded"));

        Assert.Equal(0, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Equal(
            "Hello, you\nAnother block of the same message\ncut off\nlog: info: between\n here\nstate: succeeded\n", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_show_pieces_before_the_message_is_whole()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var goOn = new TaskCompletionSource();
        api.On(Events, async context =>
        {
            var (id, type, data) = Some.Piece(1, "Hel");
            await ApiDouble.EventAsync(context, id, type, data);
            await goOn.Task;
            await ApiDouble.EventAsync(context, 2, "state", new { at = Some.At, state = "succeeded" });
        });

        var run = aicli.RunAsync("task", "follow", Some.TaskId);
        await aicli.Out.HasAsync("Hel");
        goOn.SetResult();

        Assert.Equal(0, await run);
    }

    [Fact]
    public async Task Can_go_on_after_a_break_where_it_left_off()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Events, async context =>
            {
                await ApiDouble.EventAsync(context, 1, "state", new { at = Some.At, state = "running" });
                await ApiDouble.EventAsync(context, 2, "log", new { at = Some.At, level = "info", text = "one" });
                await context.Response.WriteAsync("id: 3\nevent: log\ndata: {\"text\":\"ha");
                await context.Response.Body.FlushAsync();
                await aicli.Out.HasAsync("one");
                context.Abort();
            })
            .Refuses(Events, 503, "store_unavailable", "The store is away")
            .On(Events, async context =>
            {
                // One that was seen already must not be shown again.
                await ApiDouble.EventAsync(context, 2, "log", new { at = Some.At, level = "info", text = "one" });
                await ApiDouble.EventAsync(context, 3, "log", new { at = Some.At, level = "info", text = "half" });
                await ApiDouble.EventAsync(context, 4, "state", new { at = Some.At, state = "succeeded" });
            });

        Assert.Equal(0, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Equal("state: running\nlog: info: one\nlog: info: half\nstate: succeeded\n", aicli.Out.ToString());
        Assert.Equal(["", "2", "2"], api.Seen.Select(seen => seen.Headers.GetValueOrDefault("Last-Event-ID") ?? ""));
        Assert.Contains("reconnecting", aicli.Error.ToString());
    }

    [Fact]
    public async Task Cannot_reconnect_for_ever()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Events, async context =>
        {
            await ApiDouble.EventAsync(context, 1, "state", new { at = Some.At, state = "running" });
            await aicli.Out.HasAsync("running");
            context.Abort();
        });

        Assert.Equal(5, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Equal(4, api.Seen.Count);
        Assert.Contains($"aicli task follow {Some.TaskId} --after 1", aicli.Error.ToString());
    }

    [Fact]
    public async Task Can_open_a_silent_stream_anew()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        aicli.Patience = aicli.Patience with { SilentStream = TimeSpan.FromMilliseconds(500) };
        api.On(Events, async context =>
            {
                await ApiDouble.EventAsync(context, 1, "state", new { at = Some.At, state = "running" });
                await ApiDouble.HangAsync(context);
            })
            .Streams(Some.TaskId, Some.State(2, "succeeded"));

        Assert.Equal(0, await aicli.RunAsync("task", "follow", Some.TaskId));

        Assert.Equal("1", api.Seen.Last().Headers["Last-Event-ID"]);
    }

    [Fact]
    public async Task Can_leave_a_stream_that_stays_open_after_the_end()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        aicli.Patience = aicli.Patience with { AfterTheEnd = TimeSpan.FromMilliseconds(100) };
        api.On(Events, async context =>
        {
            await ApiDouble.EventAsync(context, 1, "state", new { at = Some.At, state = "failed" });
            await ApiDouble.HangAsync(context);
        });

        Assert.Equal(1, await aicli.RunAsync("task", "follow", Some.TaskId));
    }

    [Fact]
    public async Task Can_follow_an_ended_task_from_its_last_event()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Streams(Some.TaskId).On($"GET /tasks/{Some.TaskId}", Some.Task("succeeded"));

        Assert.Equal(0, await aicli.RunAsync("task", "events", Some.TaskId, "--after", "41", "--json"));

        Assert.Equal("41", api.Seen.First().Headers["Last-Event-ID"]);
        Assert.Empty(aicli.Lines());
    }

    [Fact]
    public async Task Can_follow_several_turns_to_the_last_end()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Streams(Some.TaskId, Some.State(1, "failed"), Some.State(2, "queued"), Some.State(3, "succeeded"));

        Assert.Equal(0, await aicli.RunAsync("task", "follow", Some.TaskId));
    }

    [Fact]
    public async Task Can_send_and_follow_only_what_comes_of_it()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        var now = DateTimeOffset.UtcNow;
        api.On($"GET /tasks/{Some.TaskId}", context =>
            {
                context.Response.Headers.Date = now.ToString("R");
                return ApiDouble.JsonAsync(context, 200, Some.Task("failed"));
            })
            .On($"POST /tasks/{Some.TaskId}/messages", null, 202)
            .Streams(
                Some.TaskId,
                (1, "state", new { at = now.AddMinutes(-5), state = "failed" }),
                (2, "message", new { at = now.AddSeconds(1), role = "user", text = "again" }),
                (3, "state", new { at = now.AddSeconds(2), state = "succeeded" }));

        Assert.Equal(0, await aicli.RunAsync("task", "send", Some.TaskId, "again", "--follow"));

        Assert.Equal("you: again\nstate: succeeded\n", aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_write_each_event_as_one_line_of_json()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On($"POST /projects/{Some.ProjectId}/tasks", Some.Task(), 201).Streams(
            Some.TaskId, Some.Message(1, "two\nlines \u001b[31m and \ud55c\uae00"), (2, "brand_new", "no json"), Some.State(3, "succeeded"));

        Assert.Equal(0, await aicli.RunAsync("task", "run", "-p", Some.ProjectId, "x", "--follow", "--json"));

        var lines = aicli.Lines();
        Assert.Equal(["task", "message", "brand_new", "state"], lines.Select(line => line.GetProperty("event").GetString()));
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("id").ValueKind);
        Assert.Equal(Some.TaskId, lines[0].GetProperty("data").GetProperty("id").GetString());
        Assert.Equal("1", lines[1].GetProperty("id").GetString());
        Assert.Equal("two\nlines \u001b[31m and \ud55c\uae00", lines[1].GetProperty("data").GetProperty("text").GetString());
        Assert.Equal("no json", lines[2].GetProperty("data").GetString());
        Assert.DoesNotContain('\u001b', aicli.Out.ToString());
    }

    [Fact]
    public async Task Can_stop_following_with_ctrl_c_and_lets_the_task_go_on()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.On(Events, async context =>
        {
            await ApiDouble.EventAsync(context, 7, "state", new { at = Some.At, state = "running" });
            await ApiDouble.HangAsync(context);
        });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        var run = aicli.RunAsync(stop.Token, "task", "follow", Some.TaskId);
        await aicli.Out.HasAsync("running");
        await stop.CancelAsync();

        Assert.Equal(130, await run);
        Assert.Contains("goes on", aicli.Error.ToString());
        Assert.Contains($"aicli task cancel {Some.TaskId}", aicli.Error.ToString());
        Assert.Contains($"aicli task follow {Some.TaskId} --after 7", aicli.Error.ToString());
        Assert.Single(api.Seen);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("1\r\nX: y")]
    [InlineData("-1")]
    public async Task Cannot_go_on_after_what_is_not_an_event(string after)
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);

        Assert.Equal(2, await aicli.RunAsync("task", "follow", Some.TaskId, $"--after={after}"));

        Assert.Empty(api.Seen);
    }

    [Fact]
    public async Task Cannot_follow_a_task_that_is_not_there()
    {
        await using var api = await ApiDouble.StartAsync();
        using var aicli = new Aicli(api);
        api.Refuses(Events, 404, "not_found", "Not found");

        Assert.Equal(4, await aicli.RunAsync("task", "follow", Some.TaskId));
    }
}
