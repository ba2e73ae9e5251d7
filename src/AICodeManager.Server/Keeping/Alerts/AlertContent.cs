using System.Text.Json;
using System.Text.Json.Serialization;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>What one message tells, whichever channel carries it and however often it is tried.</summary>
/// <param name="Subject">Empty where the kind says it all; <c>*</c> for many at once.</param>
/// <param name="Part">0 is the first message of an episode; the others are summaries.</param>
/// <param name="Occurrences">Since the episode began.</param>
/// <param name="HeldBack">Of these, what no earlier message told of; 0 in the first message.</param>
internal sealed record AlertContent(
    Guid AlertId, string Kind, AlertSeverity Severity, string Subject, SortedDictionary<string, string> Facts, long Part,
    long Occurrences, long HeldBack, DateTimeOffset FirstAt, DateTimeOffset LastAt)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public string ToJson() => JsonSerializer.Serialize(this, Options);

    public static AlertContent FromJson(string json) => JsonSerializer.Deserialize<AlertContent>(json, Options)!;
}
