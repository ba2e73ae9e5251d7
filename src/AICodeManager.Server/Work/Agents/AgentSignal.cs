using System.Text.Json;

namespace AICodeManager.Server.Work.Agents;

/// <summary>What an agent's output means, whatever CLI it came from. All texts are hostile: they come out of a sandbox.</summary>
public abstract record AgentSignal
{
    /// <summary>The agent is up and has a conversation that can be resumed by this id.</summary>
    public sealed record SessionBegan(string SessionId, string? Model) : AgentSignal;

    /// <summary>A further piece of a message in the making.</summary>
    public sealed record TextPiece(string? MessageId, string Text) : AgentSignal;

    /// <summary>A whole block of the assistant's text.</summary>
    public sealed record Said(string? MessageId, string Text) : AgentSignal;

    public sealed record ToolCalled(string ToolUseId, string Tool, JsonElement Input) : AgentSignal;

    public sealed record ToolReturned(string ToolUseId, bool IsError, string Text) : AgentSignal;

    /// <summary>The agent waits for a person's yes or no before it runs a tool.</summary>
    public sealed record ApprovalAsked(string RequestId, string Tool, JsonElement Input) : AgentSignal;

    /// <summary>The agent no longer waits for this answer.</summary>
    public sealed record ApprovalWithdrawn(string RequestId) : AgentSignal;

    /// <summary>The model did not answer and the agent tries again.</summary>
    public sealed record Retried(int Attempt, int MaxAttempts, int? Status) : AgentSignal;

    /// <summary>One turn is over.</summary>
    /// <param name="Failed">The turn did not do what was asked for.</param>
    public sealed record TurnEnded(bool Failed, string Subtype, string? Text, int Turns, int? ApiStatus) : AgentSignal;

    /// <summary>A line that is not of the protocol.</summary>
    public sealed record Noise(string Text) : AgentSignal;
}
