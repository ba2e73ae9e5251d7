using System.Net.ServerSentEvents;
using System.Text.Json;
using AICodeManager.ScriptedModel;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Sandbox.Probes;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Fixtures;

/// <summary>A live server with a scripted model behind it, a signed-in user and an empty project: everything a task needs.</summary>
public sealed class TaskLab : IAsyncDisposable
{
    public const string RealKey = "sk-ant-real-key-that-no-sandbox-may-ever-see";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private TaskLab(LiveServer server, ScriptedModelServer model, ApiClient user, string project) =>
        (Server, Model, User, Project) = (server, model, user, project);

    public LiveServer Server { get; }

    public ScriptedModelServer Model { get; }

    public ApiClient User { get; }

    public string Project { get; }

    /// <summary>The sandboxes that can be tried here; both, where <c>./test</c> has prepared the machine.</summary>
    public static TheoryData<string> Engines => ["docker", "bubblewrap"];

    public static async Task<TaskLab> StartAsync(string engine, ModelScript script, string? config = null, Action<IServiceCollection>? change = null, Secret? database = null,
        IReadOnlyDictionary<string, string>? variables = null)
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("AICLI_TEST_ROOTFS") is null, "no workspace image: run ./test");
        var model = await ScriptedModelServer.StartAsync(script with { RequireKey = RealKey }, Cancel);
        var environment = new Dictionary<string, string>(variables ?? new Dictionary<string, string>())
        {
            ["AICLI_SANDBOX"] = engine,
            ["ANTHROPIC_BASE_URL"] = model.BaseAddress.ToString().TrimEnd('/'),
            ["ANTHROPIC_API_KEY"] = RealKey,
        };
        if (database is not null)
        {
            environment["DATABASE_URL"] = database.Reveal();
        }

        var server = await LiveServer.StartAsync(
            environment,
            config,
            services =>
            {
                OpenGate(services);
                change?.Invoke(services);
            });
        var user = await server.SignUpAsync();
        return new TaskLab(server, model, user, await NewProjectAsync(user, "lab"));
    }

    /// <summary>The probes have their own tests; here every test would pay for them.</summary>
    public static void OpenGate(IServiceCollection services)
    {
        var gate = new SandboxGate();
        gate.Open();
        services.AddSingleton(gate);
        services.Remove(services.Single(s => s.ImplementationType == typeof(SandboxProver)));
    }

    public static async Task<string> NewProjectAsync(ApiClient user, string name)
    {
        var workspace = (await user.PostAsync("workspaces", new { name })).GetProperty("id").GetString();
        var project = (await user.PostAsync($"workspaces/{workspace}/projects", new { name })).GetProperty("id").GetString()!;
        await Poll.UntilAsync(async () =>
        {
            var state = (await user.GetAsync($"projects/{project}")).GetProperty("state").GetString();
            Assert.NotEqual("failed", state);
            return state == "ready";
        });
        return project;
    }

    public async Task<string> StartTaskAsync(string prompt = "go", string approvals = "never", decimal? budget = null) =>
        (await User.PostAsync($"projects/{Project}/tasks", new { prompt, approvals, budget_usd = budget })).GetProperty("id").GetString()!;

    /// <summary>Follows a task's events, from after an id to its end.</summary>
    public async IAsyncEnumerable<Happened> FollowAsync(string task, long after = 0)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/tasks/{task}/events");
        request.Headers.Add("Last-Event-ID", after.ToString());
        using var answer = await User.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        answer.EnsureSuccessStatusCode();
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Cancel))
        {
            yield return new Happened(long.Parse(item.EventId!), item.EventType, JsonElement.Parse(item.Data));
        }
    }

    /// <summary>Runs a task to its end: all its events.</summary>
    public async Task<List<Happened>> RunAsync(string prompt = "go", string approvals = "never", decimal? budget = null) =>
        await EventsAsync(await StartTaskAsync(prompt, approvals, budget));

    public async Task<List<Happened>> EventsAsync(string task)
    {
        List<Happened> events = [];
        await foreach (var happened in FollowAsync(task))
        {
            events.Add(happened);
        }

        return events;
    }

    /// <summary>Follows until an event fits.</summary>
    public async Task<Happened> WaitForAsync(string task, Func<Happened, bool> fits, long after = 0)
    {
        await foreach (var happened in FollowAsync(task, after))
        {
            if (fits(happened))
            {
                return happened;
            }
        }

        throw new InvalidOperationException("The task ended without the event that was waited for: " +
            string.Join("\n", (await EventsAsync(task)).Select(e => $"{e.Type} {e.Data}")));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Model.DisposeAsync();
    }
}

/// <summary>One event of a task.</summary>
public sealed record Happened(long Id, string Type, JsonElement Data)
{
    public string? Text(string field) => Data.TryGetProperty(field, out var value) ? value.GetString() : null;

    public bool IsState(string state) => Type == "state" && Text("state") == state;

    public override string ToString() => $"{Id} {Type} {Data}";
}

/// <summary>Waits for something that announces itself nowhere; the bound only ends a broken test.</summary>
public static class Poll
{
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await holds())
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
