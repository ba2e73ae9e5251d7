using System.Text.Json;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.Work.Agents;

/// <summary>How one agent CLI is started, spoken to and understood. Knows nothing of HTTP, users or databases.</summary>
public interface IAgentCli
{
    /// <summary>The name tasks ask for it by.</summary>
    string Name { get; }

    /// <summary>Program, arguments, environment and policy files of one run.</summary>
    AgentLaunch Launch(AgentStart start);

    /// <summary>A reader for one run's output; it keeps what must be remembered between lines.</summary>
    IAgentReader NewReader();

    /// <summary>The lines to send first, before any prompt.</summary>
    IReadOnlyList<string> Greeting { get; }

    string Prompt(string text);

    /// <summary>Lets a tool run with exactly the input that was shown.</summary>
    string Allow(string requestId, JsonElement input);

    string Deny(string requestId, string message);

    /// <summary>Asks the agent to stop what it does and keep the conversation.</summary>
    string Interrupt { get; }

    /// <summary>Asks the agent to end by itself after its turn.</summary>
    string EndSession { get; }

    /// <summary>Whether a tool call only edits a file inside the working copy (approvals mode <c>edits</c>).</summary>
    bool IsEditInside(string tool, JsonElement input, string workingFolder);
}

/// <summary>Turns lines into signals.</summary>
public interface IAgentReader
{
    IEnumerable<AgentSignal> Read(ReadOnlySpan<byte> line);
}

/// <summary>What an agent is started with.</summary>
/// <param name="Resume">The conversation to go on with; null begins <see cref="SessionId"/> anew.</param>
/// <param name="GatewayToken">Good for this one task at its own gateway, and for nothing else.</param>
public sealed record AgentStart(string SessionId, string? Resume, string Model, Secret GatewayToken);

/// <summary>An agent's command line.</summary>
/// <param name="PolicyFiles">Path inside the sandbox → content; mounted read-only, outside what the agent may write.</param>
public sealed record AgentLaunch(
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyDictionary<string, string> PolicyFiles);
