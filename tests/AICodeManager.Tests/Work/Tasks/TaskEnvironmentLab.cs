using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>One lab for tasks that look at their environment: what the prompt is, the agent runs as a command.</summary>
public sealed class TaskEnvironmentLab : IAsyncLifetime
{
    /// <summary>Hashes a variable without printing it.</summary>
    public const string Hash = "printf %s \"$MARKED\" | sha256sum";

    /// <summary>The names of everything in the environment.</summary>
    public const string Names = "env -0 | cut -z -d= -f1 | tr '\\0' ' '";

    public TaskLab Lab { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Lab = await TaskLab.StartAsync("bubblewrap", new ModelScript([
        Rule(Hash, "hash"), Rule(Names, "names"), new(ScriptAnswer.Says("Done.")),
    ]));

    public ValueTask DisposeAsync() => Lab.DisposeAsync();

    /// <summary>A workspace of its own with a ready project.</summary>
    public async Task<(string Workspace, string Project)> NewAsync()
    {
        var project = await TaskLab.NewProjectAsync(Lab.User, Guid.NewGuid().ToString("N"));
        return ((await Lab.User.GetAsync($"projects/{project}")).GetProperty("workspace_id").GetString()!, project);
    }

    public async Task SetAsync(string workspace, string name, string value)
    {
        using var content = JsonContent.Create(new { values = new Dictionary<string, string> { [name] = value } });
        Assert.Equal((200, null), await Lab.User.TryAsync(HttpMethod.Put, $"workspaces/{workspace}/environment", content));
    }

    public async Task<(string Task, List<Happened> Events)> RunAsync(string project, string prompt)
    {
        var task = (await Lab.User.PostAsync($"projects/{project}/tasks", new { prompt, approvals = "never" })).GetProperty("id").GetString()!;
        return (task, await Lab.EventsAsync(task));
    }

    private static ScriptRule Rule(string command, string word) => new(
        new([new ScriptBlock(Tool: "Bash", Input: new JsonObject { ["command"] = command, ["description"] = "looks" })]),
        new(ToolResults: 0, TextContains: word));
}
