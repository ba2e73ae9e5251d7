namespace AICodeManager.Server.Keeping.Backups;

/// <summary>A backup, as the database knows it.</summary>
public sealed record BackupInfo
{
    public Guid Id { get; init; }

    /// <summary>Of its file.</summary>
    public string Name { get; init; } = "";

    /// <summary>Of <see cref="BackupState"/>.</summary>
    public string State { get; init; } = "";

    /// <summary>Null where somebody asked for it.</summary>
    public DateTimeOffset? ScheduledFor { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>When it was last read entirely, whatever was found.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>When it was last found whole.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Of its file.</summary>
    public long? Bytes { get; init; }

    public long? RowCount { get; init; }

    /// <summary>A word: a <c>BackupDamage</c>, <c>disk_full</c>, <c>failed</c>, <c>abandoned</c>, <c>restored</c>, <c>retention</c>, <c>asked</c>, <c>missing</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The same for people; never content.</summary>
    public string? Detail { get; init; }

    /// <summary>Where its file lies.</summary>
    public string Node { get; init; } = "";

    internal DateTimeOffset LeasedUntil { get; init; }

    internal long Attempts { get; init; }
}

/// <summary>What can become of a backup.</summary>
public static class BackupState
{
    public const string Running = "running", Verified = "verified", Failed = "failed", Deleted = "deleted", Found = "found";

    public static readonly IReadOnlyList<string> All = [Running, Verified, Failed, Deleted, Found];
}
