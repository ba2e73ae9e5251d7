using System.Globalization;
using System.Text.Json;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.TaskView;

/// <summary>One event of a task. Fields that are absent or of another kind read as null: later servers may know more.</summary>
internal sealed record TaskEvent(string? Id, string Type, JsonElement Data)
{
    public static TaskEvent Of(ServerEvent wire)
    {
        try
        {
            using var document = JsonDocument.Parse(wire.Data);
            return new TaskEvent(wire.Id, wire.Type, document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return new TaskEvent(wire.Id, wire.Type, JsonSerializer.SerializeToElement(wire.Data, CliJson.Default.String));
        }
    }

    public DateTimeOffset? At =>
        DateTimeOffset.TryParse(Text("at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    /// <summary>The state a <c>state</c> event tells of.</summary>
    public string? State => Type is "state" ? Text("state") : null;

    public string? Text(string name) => Field(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public bool Flag(string name) => Field(name) is { ValueKind: JsonValueKind.True };

    public decimal? Number(string name) => Number(Data, name);

    public static decimal? Number(JsonElement data, string name) =>
        data.ValueKind is JsonValueKind.Object && data.TryGetProperty(name, out var value)
        && value.ValueKind is JsonValueKind.Number && value.TryGetDecimal(out var number) ? number : null;

    public JsonElement? Field(string name) =>
        Data.ValueKind is JsonValueKind.Object && Data.TryGetProperty(name, out var value) ? value : null;

    /// <summary>The line of <c>--json</c>: <c>{"id", "event", "data"}</c>.</summary>
    public JsonElement ToJson() => JsonSerializer.SerializeToElement(new EventLine(Id, Type, Data), CliJson.Default.EventLine);
}
