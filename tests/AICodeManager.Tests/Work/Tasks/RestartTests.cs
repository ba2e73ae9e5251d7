using System.Net.ServerSentEvents;
using System.Text.Json;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>The server is killed in the middle of a task and started again (spec D6).</summary>
public sealed class RestartTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_running_container_is_picked_up_and_no_event_is_lost_or_repeated()
    {
        await using var server = await ServerProcess.StartAsync(
            "docker", ApprovalTests.One("Bash", """{"command":"touch began; while [ ! -e go-on ]; do sleep 0.1; done; echo finished"}"""));
        var (user, project, task) = await BeginAsync(server, "never");
        await Poll.UntilAsync(async () => (await user.TryAsync(HttpMethod.Get, $"projects/{project}/files/began")).Status == 200);
        var before = await EventsAsync(user, task, wholeRun: false);

        await server.KillAsync();
        await server.StartAgainAsync();

        await Poll.UntilAsync(async () => (await user.GetAsync($"tasks/{task}")).GetProperty("state").GetString() == "running");
        // The task holds the working copy, so the sign comes from outside the API, as a neighbour process would give it.
        await File.WriteAllTextAsync(Path.Combine(server.WorkFolder(project), "go-on"), "", Cancel);
        var events = await EventsAsync(user, task, wholeRun: true);
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Id));
        Assert.Equal(before.Select(e => e.ToString()), events.Take(before.Count).Select(e => e.ToString()));
        Assert.Single(events, e => e.Type == "tool_call");
        Assert.Single(events, e => e.Type == "tool_result" && e.Text("text")!.Contains("finished", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_question_outlives_the_server_and_its_answer_still_reaches_the_agent()
    {
        await using var server = await ServerProcess.StartAsync(
            "docker", ApprovalTests.One("Bash", """{"command":"echo yes > allowed.txt"}"""));
        var (user, project, task) = await BeginAsync(server, "ask");
        await Poll.UntilAsync(async () => (await user.GetAsync($"tasks/{task}")).GetProperty("state").GetString() == "waiting_approval");

        await server.KillAsync();
        await server.StartAgainAsync();

        var request = (await user.GetAsync($"tasks/{task}/approvals")).GetProperty("items")[0].GetProperty("request_id").GetString();
        await user.PostAsync($"tasks/{task}/approvals/{request}", new { decision = "allow" });
        var events = await EventsAsync(user, task, wholeRun: true);
        Assert.True(events[^1].IsState("succeeded"), string.Join("\n", events));
        Assert.Equal((200, null), await user.TryAsync(HttpMethod.Get, $"projects/{project}/files/allowed.txt"));
    }

    [Fact]
    public async Task Under_bubblewrap_the_task_ends_and_says_why()
    {
        await using var server = await ServerProcess.StartAsync(
            "bubblewrap", ApprovalTests.One("Bash", """{"command":"touch began; sleep 600"}"""));
        var (user, project, task) = await BeginAsync(server, "never");
        await Poll.UntilAsync(async () => (await user.TryAsync(HttpMethod.Get, $"projects/{project}/files/began")).Status == 200);

        await server.KillAsync();
        await server.StartAgainAsync();

        var events = await EventsAsync(user, task, wholeRun: true);
        Assert.Equal("interrupted", events[^1].Text("reason"));
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Id));
        Assert.False(await ProcessesAsync("sleep 600"), "a process of the sandbox outlived the server");
    }

    private static async Task<(ApiClient User, string Project, string Task)> BeginAsync(ServerProcess server, string approvals)
    {
        var user = new ApiClient(new HttpClient { BaseAddress = server.Address });
        await user.PostAsync("auth/register", new { email = "a@example.com", password = LiveServer.Password });
        await user.SignInAsync("a@example.com", LiveServer.Password);
        var project = await TaskLab.NewProjectAsync(user, "lab");
        var task = (await user.PostAsync($"projects/{project}/tasks", new { prompt = "go", approvals })).GetProperty("id").GetString()!;
        return (user, project, task);
    }

    private static async Task<List<Happened>> EventsAsync(ApiClient user, string task, bool wholeRun)
    {
        List<Happened> events = [];
        using var answer = await user.Http.GetAsync($"/api/v1/tasks/{task}/events", HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Cancel))
        {
            events.Add(new Happened(long.Parse(item.EventId!), item.EventType, JsonElement.Parse(item.Data)));
            if (!wholeRun && item.EventType == "tool_call")
            {
                break;
            }
        }

        return events;
    }

    private static async Task<bool> ProcessesAsync(string command)
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(d => char.IsAsciiDigit(Path.GetFileName(d)[0])))
        {
            try
            {
                var line = await File.ReadAllTextAsync(Path.Combine(process, "cmdline"), Cancel);
                if (line.Replace('\0', ' ').Trim() == command)
                {
                    return true;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return false;
    }
}
