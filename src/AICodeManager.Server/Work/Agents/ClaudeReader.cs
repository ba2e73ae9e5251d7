using System.Text;
using System.Text.Json;

namespace AICodeManager.Server.Work.Agents;

/// <summary>Reads Claude Code's stream-json output. Whatever does not fit the protocol is noise, never an exception.</summary>
internal sealed class ClaudeReader : IAgentReader
{
    private const int NoiseLimit = 500;
    private string? messageId;

    public IEnumerable<AgentSignal> Read(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return [];
        }

        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 64 });
            if (!JsonElement.TryParseValue(ref reader, out var parsed) || parsed is not { ValueKind: JsonValueKind.Object } message)
            {
                return [Noise(line)];
            }

            return Read(message);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return [Noise(line)];
        }
    }

    private List<AgentSignal> Read(JsonElement message) => Text(message, "type") switch
    {
        "system" => System(message),
        "stream_event" => Piece(message.GetProperty("event")),
        "assistant" => Assistant(message.GetProperty("message")),
        "user" => ToolResults(message.GetProperty("message")),
        "control_request" => Asked(message),
        "control_cancel_request" => [new AgentSignal.ApprovalWithdrawn(Text(message, "request_id") ?? "")],
        "result" => [Result(message)],
        _ => [],
    };

    private static List<AgentSignal> System(JsonElement message) => Text(message, "subtype") switch
    {
        // The id becomes an argument of the next run.
        "init" when Guid.TryParseExact(Text(message, "session_id"), "D", out var session) =>
            [new AgentSignal.SessionBegan(session.ToString("D"), Text(message, "model"))],
        "init" => throw new FormatException("No session id."),
        "api_retry" => [new AgentSignal.Retried(Number(message, "attempt") ?? 0, Number(message, "max_retries") ?? 0, Number(message, "error_status"))],
        _ => [],
    };

    private List<AgentSignal> Piece(JsonElement happened)
    {
        switch (Text(happened, "type"))
        {
            case "message_start":
                messageId = Text(happened.GetProperty("message"), "id");
                return [];
            case "content_block_delta" when Text(happened.GetProperty("delta"), "text") is { Length: > 0 } text:
                return [new AgentSignal.TextPiece(messageId, text)];
            default:
                return [];
        }
    }

    private static List<AgentSignal> Assistant(JsonElement message)
    {
        List<AgentSignal> signals = [];
        foreach (var block in Blocks(message))
        {
            switch (Text(block, "type"))
            {
                case "text" when Text(block, "text") is { Length: > 0 } text:
                    signals.Add(new AgentSignal.Said(Text(message, "id"), text));
                    break;
                case "tool_use":
                    signals.Add(new AgentSignal.ToolCalled(
                        Text(block, "id") ?? "", Text(block, "name") ?? "", block.GetProperty("input").Clone()));
                    break;
            }
        }

        return signals;
    }

    private static List<AgentSignal> ToolResults(JsonElement message) =>
        [.. Blocks(message)
            .Where(b => Text(b, "type") == "tool_result")
            .Select(b => new AgentSignal.ToolReturned(
                Text(b, "tool_use_id") ?? "",
                b.TryGetProperty("is_error", out var error) && error.ValueKind == JsonValueKind.True,
                Flatten(b)))];

    private static List<AgentSignal> Asked(JsonElement message)
    {
        var request = message.GetProperty("request");
        return Text(request, "subtype") == "can_use_tool"
            ? [new AgentSignal.ApprovalAsked(
                Id(message, "request_id"), Id(request, "tool_name"), request.GetProperty("input").Clone())]
            : [];
    }

    private static AgentSignal.TurnEnded Result(JsonElement message)
    {
        var subtype = Text(message, "subtype") ?? "";
        var isError = message.TryGetProperty("is_error", out var error) && error.ValueKind == JsonValueKind.True;
        return new AgentSignal.TurnEnded(
            isError || subtype != "success", subtype, Text(message, "result"),
            Number(message, "num_turns") ?? 0, Number(message, "api_error_status"));
    }

    // A message's content is a string or a list of blocks; a tool result's likewise.
    private static JsonElement.ArrayEnumerator Blocks(JsonElement message) =>
        message.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Array
            ? content.EnumerateArray()
            : default;

    private static string Flatten(JsonElement toolResult)
    {
        if (Text(toolResult, "content") is { } plain)
        {
            return plain;
        }

        var text = new StringBuilder();
        foreach (var block in Blocks(toolResult))
        {
            text.AppendLine(Text(block, "text") ?? $"[{Text(block, "type")}]");
        }

        return text.ToString().TrimEnd();
    }

    // Kept as a key and shown to people: short and without control characters, or not of the protocol.
    private static string Id(JsonElement element, string name) =>
        Text(element, name) is { Length: > 0 and <= 200 } id && !id.Any(char.IsControl) ? id : throw new FormatException(name);

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;

    private static AgentSignal.Noise Noise(ReadOnlySpan<byte> line) =>
        new(Encoding.UTF8.GetString(line[..Math.Min(line.Length, NoiseLimit)]));
}
