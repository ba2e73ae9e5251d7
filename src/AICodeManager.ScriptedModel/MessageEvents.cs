using System.Text.Json.Nodes;

namespace AICodeManager.ScriptedModel;

/// <summary>The documents of the Messages API, as the provider shapes them.</summary>
internal static class MessageEvents
{
    public static JsonObject Message(string id, string model, JsonArray content, string? stopReason, JsonObject usage) => new()
    {
        ["id"] = id,
        ["type"] = "message",
        ["role"] = "assistant",
        ["model"] = model,
        ["content"] = content,
        ["stop_reason"] = stopReason,
        ["stop_sequence"] = null,
        ["usage"] = usage,
    };

    public static JsonObject Usage(ScriptUsage usage, long output) => new()
    {
        ["input_tokens"] = usage.InputTokens,
        ["cache_creation_input_tokens"] = usage.CacheCreationInputTokens,
        ["cache_read_input_tokens"] = usage.CacheReadInputTokens,
        ["cache_creation"] = new JsonObject
        {
            ["ephemeral_5m_input_tokens"] = usage.CacheCreationInputTokens - usage.Ephemeral1hInputTokens,
            ["ephemeral_1h_input_tokens"] = usage.Ephemeral1hInputTokens,
        },
        ["output_tokens"] = output,
    };

    public static JsonObject Whole(ScriptBlock block, string toolId) => block switch
    {
        { Tool: { } tool } => new() { ["type"] = "tool_use", ["id"] = toolId, ["name"] = tool, ["input"] = block.Input?.DeepClone() ?? new JsonObject() },
        { Thinking: { } thought } => new() { ["type"] = "thinking", ["thinking"] = thought, ["signature"] = "scripted" },
        _ => new() { ["type"] = "text", ["text"] = block.Text ?? "" },
    };

    public static JsonObject Empty(ScriptBlock block, string toolId) => block switch
    {
        { Tool: { } tool } => new() { ["type"] = "tool_use", ["id"] = toolId, ["name"] = tool, ["input"] = new JsonObject() },
        { Thinking: not null } => new() { ["type"] = "thinking", ["thinking"] = "", ["signature"] = "" },
        _ => new() { ["type"] = "text", ["text"] = "" },
    };

    public static IEnumerable<JsonObject> Deltas(ScriptBlock block)
    {
        var (type, member, text) = block switch
        {
            { Tool: not null } => ("input_json_delta", "partial_json", (block.Input ?? []).ToJsonString()),
            { Thinking: { } thought } => ("thinking_delta", "thinking", thought),
            _ => ("text_delta", "text", block.Text ?? ""),
        };
        foreach (var part in text.Chunk(24))
            yield return new JsonObject { ["type"] = type, [member] = new string(part) };
        if (block.Thinking is not null)
            yield return new JsonObject { ["type"] = "signature_delta", ["signature"] = "scripted" };
    }

    public static JsonObject Error(string type, string message) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject { ["type"] = type, ["message"] = message },
    };
}
