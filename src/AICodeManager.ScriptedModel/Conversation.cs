using System.Text.Json;

namespace AICodeManager.ScriptedModel;

/// <summary>What the rules look at in a call's body.</summary>
internal sealed record Conversation(string Model, bool Stream, bool HasTools, int ToolResults, bool LastToolFailed, string LastUserText)
{
    public static Conversation Read(JsonElement body)
    {
        var results = 0;
        var failed = false;
        var text = "";
        foreach (var message in Items(body, "messages").Where(m => Text(m, "role") == "user"))
        {
            var blocks = Items(message, "content").ToList();
            var toolResults = blocks.Where(b => Text(b, "type") == "tool_result").ToList();
            if (toolResults.Count > 0)
            {
                results += toolResults.Count;
                failed = toolResults[^1].TryGetProperty("is_error", out var error) && error.ValueKind == JsonValueKind.True;
                continue;
            }

            results = 0;
            failed = false;
            text = message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String
                ? content.GetString()!
                : string.Join('\n', blocks.Select(b => Text(b, "text")).OfType<string>());
        }

        var stream = body.TryGetProperty("stream", out var flag) && flag.ValueKind == JsonValueKind.True;
        return new Conversation(Text(body, "model") ?? "", stream, Items(body, "tools").Any(), results, failed, text);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray()
            : default;

    private static string? Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
