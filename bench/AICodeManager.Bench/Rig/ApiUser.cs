using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace AICodeManager.Bench.Rig;

/// <summary>A signed-in user of one server, over HTTP like any client.</summary>
internal sealed class ApiUser : IDisposable
{
    public const string Email = "bench@example.com", Password = "a measured passphrase";

    /// <summary>Longest that anything asked of a server may take, a whole task included.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly HttpClient http;

    private ApiUser(HttpClient http) => this.http = http;

    public static async Task<ApiUser> SignInAsync(Uri server, CancellationToken cancel)
    {
        var user = new ApiUser(new HttpClient { BaseAddress = new Uri(server, "/api/v1/"), Timeout = Limit });
        var answer = await user.PostAsync("auth/login", new { email = Email, password = Password }, cancel);
        user.http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", answer.GetProperty("access_token").GetString());
        return user;
    }

    /// <summary>Makes empty projects in a workspace of their own and waits until all are ready.</summary>
    public async Task<IReadOnlyList<string>> NewProjectsAsync(string workspace, int count, CancellationToken cancel)
    {
        var parent = Id(await PostAsync("workspaces", new { name = workspace }, cancel));
        List<string> projects = [];
        for (var number = 1; number <= count; number++)
            projects.Add(Id(await PostAsync($"workspaces/{parent}/projects", new { name = $"{workspace}-{number}" }, cancel)));
        foreach (var project in projects)
            await ReadyAsync(project, cancel);
        return projects;
    }

    public async Task<string> StartTaskAsync(string project, CancellationToken cancel) =>
        Id(await PostAsync($"projects/{project}/tasks", new { prompt = "go", approvals = "never" }, cancel));

    /// <summary>Watches a task to its end; the moment of each state it went through (the first time of each), as this client saw it.</summary>
    public async Task<TaskWatch> WatchAsync(string task, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Limit);
        using var answer = await http.GetAsync($"tasks/{task}/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        answer.EnsureSuccessStatusCode();
        var states = new Dictionary<string, long>();
        string? reason = null;
        await using var stream = await answer.Content.ReadAsStreamAsync(patience.Token);
        await foreach (var happened in SseParser.Create(stream).EnumerateAsync(patience.Token))
        {
            if (happened.EventType != "state")
                continue;
            var data = JsonElement.Parse(happened.Data);
            states.TryAdd(data.GetProperty("state").GetString()!, Stopwatch.GetTimestamp());
            reason = data.TryGetProperty("reason", out var word) ? word.GetString() : null;
        }

        return new TaskWatch(states, reason);
    }

    public void Dispose() => http.Dispose();

    private async Task ReadyAsync(string project, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var found = await http.GetFromJsonAsync<JsonElement>($"projects/{project}", patience.Token);
            switch (found.GetProperty("state").GetString())
            {
                case "ready":
                    return;
                case "failed":
                    throw new BenchException($"A project could not be made: {found.GetProperty("reason")} {found.GetProperty("detail")}");
                default:
                    await timer.WaitForNextTickAsync(patience.Token);
                    break;
            }
        }
    }

    private async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancel)
    {
        using var answer = await http.PostAsJsonAsync(path, body, cancel);
        var text = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new BenchException($"POST {path} gave {(int)answer.StatusCode}: {text}");
    }

    private static string Id(JsonElement made) => made.GetProperty("id").GetString()!;
}

/// <summary>What a watcher saw of a task.</summary>
/// <param name="States">Each state and when it was first seen, as a stopwatch's timestamp.</param>
internal sealed record TaskWatch(IReadOnlyDictionary<string, long> States, string? Reason)
{
    public bool Succeeded => States.ContainsKey("succeeded");

    public override string ToString() => $"{string.Join(" → ", States.Keys)} {Reason}".TrimEnd();
}
