using System.Text;
using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>Further messages, cancelling, limits, and who may see what.</summary>
public sealed class TaskLifeTests
{
    [Theory, MemberData(nameof(TaskLab.Engines), MemberType = typeof(TaskLab))]
    public async Task A_further_message_goes_on_with_the_same_conversation(string engine)
    {
        await using var lab = await TaskLab.StartAsync(engine, ModelScript.Always(ScriptAnswer.Says("noted")));
        var task = await lab.StartTaskAsync("remember the word heron");
        var first = await lab.EventsAsync(task);
        await lab.User.PostAsync($"tasks/{task}/messages", new { text = "which word?" });
        var second = await lab.WaitForAsync(task, e => e.IsState("succeeded"), after: first[^1].Id);
        Assert.True(second.Id > first[^1].Id);
        var last = lab.Model.Requests.Last(r => r.Method == "POST").Body;
        Assert.Contains("remember the word heron", last, StringComparison.Ordinal);
        Assert.Contains("which word?", last, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(TaskLab.Engines), MemberType = typeof(TaskLab))]
    public async Task Cancelling_ends_every_process_of_the_task(string engine)
    {
        await using var lab = await TaskLab.StartAsync(
            engine, ApprovalTests.One("Bash", """{"command":"touch began; sleep 3600"}"""));
        var task = await lab.StartTaskAsync();
        await Poll.UntilAsync(async () =>
            (await lab.User.TryAsync(HttpMethod.Get, $"projects/{lab.Project}/files/began")).Status == 200);
        var answer = await lab.User.PostAsync($"tasks/{task}/cancel", new { });
        Assert.Equal("cancelled", answer.GetProperty("state").GetString());
        Assert.True((await lab.EventsAsync(task))[^1].IsState("cancelled"));
        Assert.Equal((409, "task_over"), await lab.User.TryAsync(HttpMethod.Post, $"tasks/{task}/cancel", new { }));
    }

    [Fact]
    public async Task A_queued_task_is_cancelled_without_ever_starting()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", ApprovalTests.One("Bash", """{"command":"ls"}"""));
        var first = await lab.StartTaskAsync(approvals: "ask");
        await lab.WaitForAsync(first, e => e.IsState("waiting_approval"));
        var second = await lab.StartTaskAsync("one working copy has one writer");
        await lab.User.PostAsync($"tasks/{second}/cancel", new { });
        Assert.Equal(
            ["queued", "cancelled"], (await lab.EventsAsync(second)).Where(e => e.Type == "state").Select(e => e.Text("state")));
    }

    [Fact]
    public async Task A_task_that_runs_too_long_times_out()
    {
        await using var lab = await TaskLab.StartAsync(
            "bubblewrap", ApprovalTests.One("Bash", """{"command":"sleep 3600"}"""), "tasks:\n  time_limit: 2s\n");
        var last = (await lab.RunAsync())[^1];
        Assert.True(last.IsState("timed_out"));
        Assert.Equal("time_limit", last.Text("reason"));
    }

    [Fact]
    public async Task A_watcher_that_comes_back_gets_what_it_missed_and_nothing_twice()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", ModelScript.Demo());
        var task = await lab.StartTaskAsync();
        var seen = new List<long>();
        await foreach (var happened in lab.FollowAsync(task))
        {
            seen.Add(happened.Id);
            if (seen.Count == 5)
            {
                break;
            }
        }

        await foreach (var happened in lab.FollowAsync(task, after: seen[^1]))
        {
            seen.Add(happened.Id);
        }

        Assert.Equal(Enumerable.Range(1, seen.Count).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task A_stranger_sees_nothing_of_a_task()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", ModelScript.Demo());
        var task = await lab.StartTaskAsync();
        var stranger = await lab.Server.SignUpAsync();
        foreach (var (method, path) in new[]
        {
            ("GET", $"tasks/{task}"), ("GET", $"tasks/{task}/events"), ("GET", $"tasks/{task}/approvals"),
            ("POST", $"tasks/{task}/cancel"), ("GET", $"projects/{lab.Project}/tasks"), ("GET", $"projects/{lab.Project}/diff"),
        })
        {
            Assert.Equal((404, "not_found"), await stranger.TryAsync(new HttpMethod(method), path));
        }

        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Post, $"tasks/{task}/messages", new { text = "x" }));
        Assert.Equal((404, "not_found"), await stranger.TryAsync(HttpMethod.Post, $"projects/{lab.Project}/tasks", new { prompt = "x" }));
        await lab.EventsAsync(task);
    }

    [Fact]
    public async Task A_bad_task_is_named_and_makes_nothing()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", ModelScript.Demo());
        var path = $"projects/{lab.Project}/tasks";
        foreach (var body in new object[]
        {
            new { prompt = "" },
            new { prompt = "   \n" },
            new { prompt = new string('x', (1 << 20) + 1) },
            new { prompt = "a\0b" },
            new { prompt = "x", agent = "codex" },
            new { prompt = "x", approvals = "sometimes" },
            new { prompt = "x", budget_usd = 0 },
            new { prompt = "x", budget_usd = -1 },
            new { prompt = "x", model = "gpt-4" },
        })
        {
            Assert.Equal((400, "invalid_input"), await lab.User.TryAsync(HttpMethod.Post, path, body));
        }

        using var huge = new StringContent($$"""{"prompt":"{{new string('x', 9 << 20)}}"}""", Encoding.UTF8, "application/json");
        lab.User.Http.DefaultRequestHeaders.ExpectContinue = true;
        Assert.Equal((413, "too_large"), await lab.User.TryAsync(HttpMethod.Post, path, huge));
        lab.User.Http.DefaultRequestHeaders.ExpectContinue = false;
        Assert.Equal((404, "not_found"), await lab.User.TryAsync(HttpMethod.Post, $"projects/{Guid.NewGuid()}/tasks", new { prompt = "x" }));
        Assert.Equal(0, (await lab.User.GetAsync(path)).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task The_longest_prompt_that_is_accepted_arrives_whole()
    {
        await using var lab = await TaskLab.StartAsync("bubblewrap", ModelScript.Always(ScriptAnswer.Says("read")));
        var prompt = new string('가', (1 << 20) / 3);
        var events = await lab.RunAsync(prompt, budget: 100);
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events.Select(e => e.ToString()[..Math.Min(300, e.ToString().Length)])));
        Assert.Contains(prompt, System.Text.RegularExpressions.Regex.Unescape(lab.Model.Requests.Last(r => r.Method == "POST").Body), StringComparison.Ordinal);
    }
}
