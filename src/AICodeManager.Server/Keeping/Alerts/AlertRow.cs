using System.Text.Json;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>One episode, as it is kept.</summary>
internal sealed record AlertRow
{
    public Guid Id { get; init; }
    public string Kind { get; init; } = "";
    public string Severity { get; init; } = "";
    public string Subject { get; init; } = "";
    public string Facts { get; init; } = "{}";
    public long Occurrences { get; init; }
    public long Told { get; init; }
    public long Part { get; init; }
    public DateTimeOffset FirstAt { get; init; }
    public DateTimeOffset LastAt { get; init; }
    public DateTimeOffset QuietUntil { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }

    public AlertContent Content(long part, long heldBack) => new(
        Id, Kind, Enum.Parse<AlertSeverity>(Severity, ignoreCase: true), Subject,
        JsonSerializer.Deserialize<SortedDictionary<string, string>>(Facts)!, part, Occurrences, heldBack, FirstAt, LastAt);
}
