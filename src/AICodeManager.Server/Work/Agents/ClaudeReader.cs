using System.Text;
using System.Text.Json;

namespace AICodeManager.Server.Work.Agents;

/// <summary>Reads Claude Code's stream-json output. Whatever does not fit the protocol is noise, never an exception.</summary>
internal sealed class ClaudeReader : IAgentReader
{
    private const int NoiseLimit = 500, IdLimit = 200;

    // Which of two members of one name counts is told differently by different readers: neither is believed.
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private string? messageId;

    public IEnumerable<AgentSignal> Read(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return [];
        }

        try
        {
            var message = JsonElement.Parse(line, Strict);
            return message.ValueKind == JsonValueKind.Object ? Read(message) : [Noise(line)];
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
        "control_cancel_request" => [new AgentSignal.ApprovalWithdrawn(Id(message, "request_id"))],
        "result" => [Result(message)],
        _ => [],
    };

    private static List<AgentSignal> System(JsonElement message) => Text(message, "subtype") switch
    {
        "init" => [new AgentSignal.SessionBegan(Session(message), Text(message, "model"))],
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
                        Id(block, "id"), Id(block, "name"), block.GetProperty("input").Clone()));
                    break;
            }
        }

        return signals;
    }

    private static List<AgentSignal> ToolResults(JsonElement message) =>
        [.. Blocks(message)
            .Where(b => Text(b, "type") == "tool_result")
            .Select(b => new AgentSignal.ToolReturned(
                Id(b, "tool_use_id"),
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
            Math.Max(0, Number(message, "num_turns") ?? 0), Number(message, "api_error_status"));
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

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>An id or name: it is stored and looked up, so it is short and holds nothing but printable characters.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    private static string Id(JsonElement element, string name) =>
        Text(element, name) is { Length: > 0 and <= IdLimit } id && !id.Any(char.IsControl)
            ? id
            : throw new FormatException($"No {name}.");

    /// <summary>It stands on the command line of the run that resumes it.</summary>
    private static string Session(JsonElement message) => Guid.Parse(Id(message, "session_id")).ToString("D");

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;

    private static AgentSignal.Noise Noise(ReadOnlySpan<byte> line) =>
        new(Encoding.UTF8.GetString(line[..Math.Min(line.Length, NoiseLimit)]));
}
