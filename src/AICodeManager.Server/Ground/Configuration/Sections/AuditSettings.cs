using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>Where audit events go.</summary>
public enum AuditStorage
{
    Database,
    File,
    Both,
}

/// <summary><c>audit</c>: the record of who did what.</summary>
public sealed record AuditSettings
{
    public required bool Enabled { get; init; }

    /// <summary>From <c>SECURITY_LOG_ENABLED</c>: whether security events also go to the log.</summary>
    public required bool SecurityLog { get; init; }

    public required AuditStorage Storage { get; init; }

    /// <summary>Which of the guide's events are recorded; every other event always is.</summary>
    public required AuditEventSettings Events { get; init; }

    /// <summary>How long an event is kept; null for ever.</summary>
    public required TimeSpan? Retention { get; init; }

    /// <summary>Where events are sent as they happen.</summary>
    public required IReadOnlyList<AuditStream> Streams { get; init; }

    internal static AuditSettings Read(SectionReader section)
    {
        var audit = new AuditSettings
        {
            Enabled = section.Value("enabled", "true", Words.Switch, "AUDIT_LOG_ENABLED"),
            SecurityLog = section.Variable("SECURITY_LOG_ENABLED", "true", Words.Switch),
            Storage = section.Value("storage", "database", Words.OneOf(
                ("database", AuditStorage.Database), ("file", AuditStorage.File), ("both", AuditStorage.Both))),
            Events = AuditEventSettings.Read(section.Section("events")),
            Retention = section.Value("retention", "365d", Durations.BetweenOrNever("1d", "9999d")),
            Streams = AuditStream.Named(section.Items("streams", AuditStream.Read)),
        };
        if (!audit.Enabled)
            section.Warn("enabled", "nothing is recorded; what happens now cannot be found out later");
        if (audit is { Storage: AuditStorage.File, Streams.Count: > 0 })
            section.Fault("streams", "are given, but storage is file, and streams are fed from the database", "storage: database or both, or no streams");
        if (audit.Streams.GroupBy(stream => stream.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
            section.Fault("streams", $"has two streams named {twice.Key}", "a name of its own for each");
        return audit;
    }
}
