using System.Text.Json;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>A shell in the place of the CLI: the prompt, one line, is what it does. What it says is read as Claude Code's.</summary>
internal sealed class MisbehavingAgent : IAgentCli
{
    /// <summary>The line by which an agent says that it is up.</summary>
    public const string Began = """{"type":"system","subtype":"init","session_id":"5f0c0000-0000-4000-8000-000000000001","model":"m"}""";

    /// <summary>The line by which an agent says that it did what it was asked.</summary>
    public const string Ended = """{"type":"result","subtype":"success","is_error":false,"num_turns":1,"result":"done"}""";

    private readonly ClaudeCode claude = new();

    public string Name => "misbehaving";

    public IReadOnlyList<string> Greeting => [];

    public string Interrupt => "";

    public string EndSession => "";

    public AgentLaunch Launch(AgentStart start) => new(
        ["/bin/sh", "-c", "IFS= read -r script; eval \"$script\""],
        new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" },
        new Dictionary<string, string>());

    public IAgentReader NewReader() => claude.NewReader();

    public string Prompt(string text) => text;

    public string Allow(string requestId, JsonElement input) => claude.Allow(requestId, input);

    public string Deny(string requestId, string message) => claude.Deny(requestId, message);

    public bool IsEditInside(string tool, JsonElement input, string workingFolder) => false;

    /// <summary>A command that prints a text as it is, on a line of its own.</summary>
    public static string Print(string line) => $"printf '%s\\n' '{line}'";
}

/// <summary>What tests say to it.</summary>
internal static class Misbehaviour
{
    /// <summary>Starts a task that does what the line says.</summary>
    public static async Task<string> StartMisbehavingAsync(this TaskLab lab, string script, string approvals = "never", string? project = null) =>
        (await lab.User.PostAsync($"projects/{project ?? lab.Project}/tasks", new { prompt = script, agent = "misbehaving", approvals }))
            .GetProperty("id").GetString()!;

    public static async Task<List<Happened>> MisbehaveAsync(this TaskLab lab, string script) =>
        await lab.EventsAsync(await lab.StartMisbehavingAsync(script));

    /// <summary>It ended in this state for this reason, said so in its last event, and nothing of it is left.</summary>
    public static async Task AssertEndedAsync(this TaskLab lab, List<Happened> events, string state, string? reason)
    {
        var all = string.Join("\n", events.TakeLast(30));
        Assert.True(events[^1].IsState(state), all);
        Assert.True(reason == events[^1].Text("reason"), all);
        Assert.Equal("result", events[^2].Type);
        var running = await lab.Server.Services.GetRequiredService<Sandboxes>().FindAsync(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        Assert.Empty(running);
    }
}
