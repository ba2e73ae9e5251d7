using System.Text.Json;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Tests.Work.Agents;

/// <summary>Claude Code without what protects it from a repository's files: shows that the attacks of the tests are real ones.</summary>
internal sealed class UndefendedClaude : IAgentCli
{
    private readonly ClaudeCode defended = new();

    public string Name => "undefended";

    public AgentLaunch Launch(AgentStart start)
    {
        var launch = defended.Launch(start);
        string[] protections = ["--setting-sources=user", "--strict-mcp-config", "--disable-slash-commands"];
        Assert.All(protections, p => Assert.Contains(p, launch.Command));
        Assert.NotEmpty(launch.PolicyFiles);
        return launch with
        {
            Command = [.. launch.Command.Where(word => !protections.Contains(word))],
            PolicyFiles = new Dictionary<string, string>(),
        };
    }

    public IAgentReader NewReader() => defended.NewReader();

    public IReadOnlyList<string> Greeting => defended.Greeting;

    public string Prompt(string text) => defended.Prompt(text);

    public string Allow(string requestId, JsonElement input) => defended.Allow(requestId, input);

    public string Deny(string requestId, string message) => defended.Deny(requestId, message);

    public string Interrupt => defended.Interrupt;

    public string EndSession => defended.EndSession;

    public bool IsEditInside(string tool, JsonElement input, string workingFolder) => defended.IsEditInside(tool, input, workingFolder);
}
