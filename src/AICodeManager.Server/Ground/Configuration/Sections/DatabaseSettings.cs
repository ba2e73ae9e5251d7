using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>database</c>: encryption at rest and backups. Where the database is, <c>DATABASE_URL</c> says.</summary>
public sealed record DatabaseSettings
{
    public required DatabaseEncryptionSettings Encryption { get; init; }
    public required BackupSettings Backup { get; init; }

    internal static DatabaseSettings Read(SectionReader section) => new()
    {
        Encryption = DatabaseEncryptionSettings.Read(section.InForce().Section("encryption")),
        Backup = BackupSettings.Read(section.InForce().Section("backup")),
    };
}

/// <summary><c>database.encryption</c>: fields that are stored encrypted.</summary>
public sealed record DatabaseEncryptionSettings
{
    // The guide's names: the tokens lie in external_logins, the environment in workspace_environment.
    private static readonly string[] Always = ["users.oauth_tokens", "sessions.data", "workspaces.environment_vars"];
    private static readonly string[] Further = ["tasks.prompt", "task_messages.text", "task_events.data", "task_approvals.input"];
    private static readonly Form<string> Field = Words.OneOf([.. Always, .. Further]);

    /// <summary>Always true: those fields hold other people's credentials.</summary>
    public required bool Enabled { get; init; }

    /// <summary>At least 32 characters; generated where it is given nowhere. Without it the fields are lost.</summary>
    public required Secret Key { get; init; }

    /// <summary>Keys that it replaced, for as long as anything is still sealed under them.</summary>
    public required IReadOnlyList<Secret> PreviousKeys { get; init; }

    /// <summary><c>AES-256-GCM</c>.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The guide's three, and what the file adds of <c>tasks.prompt</c>, <c>task_messages.text</c>, <c>task_events.data</c> and <c>task_approvals.input</c>.</summary>
    public required IReadOnlyList<string> EncryptedFields { get; init; }

    internal static DatabaseEncryptionSettings Read(SectionReader section) => new()
    {
        Enabled = section.Value("enabled", "true", Words.AlwaysOn),
        Key = section.GeneratedSecret("key", "DB_ENCRYPTION_KEY", "database"),
        PreviousKeys = section.List("previous_keys", [], Secrets.Key, "DB_ENCRYPTION_PREVIOUS_KEYS"),
        Algorithm = section.Value("algorithm", "AES-256-GCM", Words.OneOf("AES-256-GCM")),
        EncryptedFields = [.. Always.Union(section.List("encrypted_fields", [], Field))],
    };
}

/// <summary><c>database.backup</c>: regular backups.</summary>
public sealed record BackupSettings
{
    public required bool Enabled { get; init; }
    public required bool Encryption { get; init; }

    /// <summary>Cron line of five fields.</summary>
    public required string Schedule { get; init; }

    /// <summary>Whose clock the schedule means.</summary>
    public required TimeZoneInfo TimeZone { get; init; }

    /// <summary>How long a backup is kept.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>Absolute path; null for <c>backups</c> in the data folder.</summary>
    public required string? Folder { get; init; }

    /// <summary>Whether the projects' files go with each backup.</summary>
    public required bool WorkingCopies { get; init; }

    internal static BackupSettings Read(SectionReader section)
    {
        var backup = new BackupSettings
        {
            Enabled = section.Value("enabled", "true", Words.Switch),
            Encryption = section.Value("encryption", "true", Words.Switch),
            Schedule = section.Value("schedule", "0 2 * * *", CronLines.Line),
            TimeZone = section.Value("time_zone", "UTC", TimeZones.Name),
            Retention = section.Value("retention", "30d", Durations.Between("1d", "3650d")),
            Folder = section.Optional("folder", Paths.Any(section.BaseFolder)),
            WorkingCopies = section.Value("working_copies", "false", Words.Switch),
        };
        if (!backup.Encryption)
            section.Warn("encryption", "backups would hold everything in readable form, secrets of the configuration file among it; changes would still be found");
        if (CronSchedule.Parse(backup.Schedule).NextAfter(DateTimeOffset.UnixEpoch, backup.TimeZone) is null)
            section.Fault("schedule", $"'{backup.Schedule}' names a day that never comes", "a day that some month has");
        return backup;
    }
}
