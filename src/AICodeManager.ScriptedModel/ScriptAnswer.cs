using System.Text.Json.Nodes;

namespace AICodeManager.ScriptedModel;

/// <summary>One answer: content, or an error, or a fault of the connection.</summary>
/// <param name="StopReason">Absent: <c>tool_use</c> where a tool is called, else <c>end_turn</c>.</param>
/// <param name="Usage">Absent: a quarter of the bytes.</param>
/// <param name="ChunkDelayMs">Pause before each delta.</param>
/// <param name="FaultHold">
/// A fault after the content waits until <see cref="ScriptedModelServer.Release"/> is called with this name; a reset would overtake the content.
/// </param>
/// <param name="Headers">Added to a successful answer.</param>
public sealed record ScriptAnswer(
    IReadOnlyList<ScriptBlock>? Content = null,
    string? StopReason = null,
    ScriptUsage? Usage = null,
    int ChunkDelayMs = 0,
    IReadOnlyDictionary<string, string>? Headers = null,
    ScriptError? Error = null,
    ScriptFault Fault = ScriptFault.None,
    string? FaultHold = null)
{
    /// <summary>One text block.</summary>
    public static ScriptAnswer Says(string text, ScriptUsage? usage = null) => new([new ScriptBlock(Text: text)], Usage: usage);

    internal IReadOnlyList<ScriptBlock> Blocks => Content ?? [];

    internal string Reason => StopReason ?? (Blocks.Any(b => b.Tool is not null) ? "tool_use" : "end_turn");
}

/// <summary>A text, a tool call or a thought.</summary>
/// <param name="Hold">The block is not sent before <see cref="ScriptedModelServer.Release"/> is called with this name.</param>
public sealed record ScriptBlock(
    string? Text = null, string? Tool = null, JsonObject? Input = null, string? Thinking = null, string? Hold = null);

/// <summary>Token counts, named as the provider names them.</summary>
public sealed record ScriptUsage(
    long InputTokens = 0,
    long OutputTokens = 0,
    long CacheCreationInputTokens = 0,
    long CacheReadInputTokens = 0,
    long Ephemeral1hInputTokens = 0);

/// <param name="Body">Sent as it is, in place of the usual error document.</param>
public sealed record ScriptError(
    int Status, string Type = "api_error", string Message = "scripted error",
    IReadOnlyDictionary<string, string>? Headers = null, string? Body = null);

/// <summary>How a connection misbehaves.</summary>
public enum ScriptFault
{
    None,
    /// <summary>Closed before any header.</summary>
    Reset,
    /// <summary>Nothing is ever answered.</summary>
    Hang,
    /// <summary>Silence after <c>message_start</c>; where nothing is streamed, silence.</summary>
    Stall,
    /// <summary>Closed after the content, before the final usage.</summary>
    ResetMidStream,
    /// <summary>Ended cleanly after the content, without the final usage.</summary>
    EndEarly,
    /// <summary>Status 200 with bytes that are no answer at all.</summary>
    Garbage,
}
