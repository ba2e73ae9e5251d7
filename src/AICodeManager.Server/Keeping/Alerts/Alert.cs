namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>How soon somebody should look.</summary>
public enum AlertSeverity
{
    Info,
    Warning,
    Critical,
}

/// <summary>Something that people outside of the server should hear of. Alerts of one kind about one subject are told together.</summary>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
/// <param name="Subject">What it is about and groups by: an id, a network; null where the kind says it all. At most 200 characters.</param>
/// <param name="Facts">
/// Short and flat: ids, counts, words of ours; at most 16 of 300 characters each, the rest is cut. Never a secret, a prompt or
/// a file's content: facts leave the house.
/// </param>
public sealed record Alert(string Kind, AlertSeverity Severity, string? Subject, IReadOnlyDictionary<string, string> Facts)
{
    /// <summary>How many times it happened.</summary>
    public long Occurrences { get; init; } = 1;
}
