using System.Text;
using System.Text.Json;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>One event of a task before it has its number: a type of the contract and its fields.</summary>
public sealed record TaskEvent(string Type, object Data)
{
    /// <summary>The longest text an event carries, in characters; the rest is left out and said so.</summary>
    public const int TextLimit = 64 * 1024;

    public static TaskEvent State(TaskState state, string? reason) => new("state", new { state = state.Word, reason });

    public static TaskEvent Message(string role, string text, string? messageId = null) =>
        new("message", new { role, text = Bounded(text), message_id = messageId });

    public static TaskEvent Piece(string text, string? messageId) =>
        new("message", new { role = "assistant", text = Bounded(text), message_id = messageId, partial = true });

    public static TaskEvent ToolCall(string toolUseId, string tool, JsonElement input) =>
        new("tool_call", new { tool_use_id = toolUseId, tool, input = Bounded(input) });

    public static TaskEvent ToolResult(string toolUseId, bool isError, string text) =>
        new("tool_result", new { tool_use_id = toolUseId, is_error = isError, text = Bounded(text) });

    public static TaskEvent Approval(string requestId, string tool, JsonElement input, string state, Guid? decidedBy = null, string? message = null) =>
        new("approval", new { request_id = requestId, tool, input = Bounded(input), state, decided_by = decidedBy, message });

    public static TaskEvent Usage(long input, long output, long costMicroUsd) =>
        new("usage", new { input_tokens = input, output_tokens = output, cost_usd = Money.ToUsd(costMicroUsd) });

    public static TaskEvent Log(string level, string text) => new("log", new { level, text = Bounded(text) });

    public static TaskEvent Result(string outcome, string? text, long turns, AgentTask task) => new("result", new
    {
        outcome,
        text = text is null ? null : Bounded(text),
        turns,
        cost_usd = Money.ToUsd(task.SpentMicrousd),
        usage = new { input_tokens = task.InputTokens, output_tokens = task.OutputTokens },
    });

    private static string Bounded(string text) =>
        text.Length <= TextLimit ? text : $"{text.AsSpan(0, TextLimit)}… ({text.Length - TextLimit} characters left out)";

    // What a person decides about must be seen whole, or not be decided: long inputs are cut only in the live view.
    private static JsonElement Bounded(JsonElement input) =>
        !PlainInput.Holds(input) ? JsonSerializer.SerializeToElement(new { left_out = "nested too deeply, or not well-formed text" })
        : input.GetRawText() is { Length: > 4 * TextLimit } raw
            ? JsonSerializer.SerializeToElement(new { left_out = $"{raw.Length} characters; see the task's approvals" })
            : input;
}

/// <summary>An event as stored and sent.</summary>
public sealed record StoredEvent
{
    /// <summary>Increases by one from event to event of a task; the SSE id.</summary>
    public long Number { get; init; }

    public string Type { get; init; } = "";

    /// <summary>JSON with <c>at</c> and the type's fields.</summary>
    public string Data { get; init; } = "";

    /// <summary>Bytes of UTF-8 in the longest event; what a text takes when it is escaped is bounded nowhere else.</summary>
    public const int MaxBytes = 1 << 20;

    public static string Compose(DateTimeOffset at, object data)
    {
        var whole = Whole(at, data);
        return Encoding.UTF8.GetByteCount(whole) <= MaxBytes ? whole : Whole(at, new { left_out = $"an event of more than {MaxBytes} bytes" });
    }

    private static string Whole(DateTimeOffset at, object data)
    {
        var fields = JsonSerializer.SerializeToNode(data, WireJson.Options)!.AsObject();
        foreach (var empty in fields.Where(f => f.Value is null).Select(f => f.Key).ToArray())
        {
            fields.Remove(empty);
        }

        fields.Insert(0, "at", at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        return fields.ToJsonString(WireJson.Options);
    }
}
