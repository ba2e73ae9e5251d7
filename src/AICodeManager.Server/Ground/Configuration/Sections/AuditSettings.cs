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

    /// <summary>Events to record, by the guide's four classes.</summary>
    public required AuditEventSettings Events { get; init; }

    internal static AuditSettings Read(SectionReader section)
    {
        var later = section.NotYetInForce();
        var audit = new AuditSettings
        {
            Enabled = section.Value("enabled", "true", Words.Switch, "AUDIT_LOG_ENABLED"),
            SecurityLog = later.Variable("SECURITY_LOG_ENABLED", "true", Words.Switch),
            Storage = section.Value("storage", "database", Words.OneOf(
                ("database", AuditStorage.Database), ("file", AuditStorage.File), ("both", AuditStorage.Both))),
            Events = AuditEventSettings.Read(later.Section("events")),
        };
        if (!audit.Enabled)
            section.Warn("enabled", "nothing is recorded; what happens now cannot be found out later");
        return audit;
    }
}

/// <summary><c>audit.events</c>: names of events, class by class.</summary>
public sealed record AuditEventSettings
{
    public required IReadOnlyList<string> Authentication { get; init; }
    public required IReadOnlyList<string> Authorization { get; init; }
    public required IReadOnlyList<string> DataAccess { get; init; }
    public required IReadOnlyList<string> Security { get; init; }

    internal static AuditEventSettings Read(SectionReader section) => new()
    {
        Authentication = section.List("authentication", ["login", "logout", "login_failed", "token_refresh"], Texts.EventName),
        Authorization = section.List("authorization", ["permission_denied", "role_changed"], Texts.EventName),
        DataAccess = section.List("data_access", ["workspace_created", "workspace_deleted", "project_accessed", "task_executed"], Texts.EventName),
        Security = section.List("security", ["password_changed", "session_terminated", "suspicious_activity"], Texts.EventName),
    };
}
