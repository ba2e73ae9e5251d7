using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>The table <c>backups</c>.</summary>
internal static class BackupStore
{
    /// <summary>The migration that made the table.</summary>
    public const int Migration = 14;

    /// <summary>Takes a run for this node; null where another one has it.</summary>
    public static Task<BackupInfo?> BeginAsync(Transaction t, BackupInfo run) => t.SingleAsync<BackupInfo>(
        """
        INSERT INTO backups (id, name, state, scheduled_for, started_at, node, leased_until, attempts)
        VALUES (@Id, @Name, 'running', @ScheduledFor, @StartedAt, @Node, @LeasedUntil, 1)
        ON CONFLICT DO NOTHING RETURNING *
        """, Values(run));

    /// <summary>Takes over a scheduled run whose node is gone; null where there is none.</summary>
    public static Task<BackupInfo?> TakeOverAsync(Transaction t, BackupInfo run, long mostAttempts) => t.SingleAsync<BackupInfo>(
        """
        UPDATE backups SET name = @Name, started_at = @StartedAt, node = @Node, leased_until = @LeasedUntil, attempts = attempts + 1
        WHERE scheduled_for = @ScheduledFor AND state = 'running' AND leased_until < @StartedAt AND attempts < @mostAttempts
        RETURNING *
        """, new { run.Name, run.StartedAt, run.Node, run.LeasedUntil, run.ScheduledFor, mostAttempts });

    /// <summary>False where the run is no longer this node's.</summary>
    public static async Task<bool> RenewAsync(Transaction t, BackupInfo run, DateTimeOffset until) => await t.ExecuteAsync(
        "UPDATE backups SET leased_until = @until WHERE id = @Id AND name = @Name AND state = 'running'", new { run.Id, run.Name, until }) == 1;

    /// <summary>A run that is alive; null where there is none.</summary>
    public static Task<BackupInfo?> AliveAsync(Reader r, DateTimeOffset now) => r.SingleAsync<BackupInfo>(
        "SELECT * FROM backups WHERE state = 'running' AND leased_until >= @now ORDER BY started_at DESC LIMIT 1", new { now });

    public static Task EndAsync(Transaction t, BackupInfo run) => t.ExecuteAsync(
        """
        UPDATE backups SET state = @State, finished_at = @FinishedAt, checked_at = @CheckedAt, verified_at = @VerifiedAt, bytes = @Bytes, row_count = @RowCount, reason = @Reason, detail = @Detail
        WHERE id = @Id AND name = @Name
        """, Values(run));

    /// <summary>A file that the database did not know.</summary>
    public static Task AdoptAsync(Transaction t, BackupInfo found) => t.ExecuteAsync(
        """
        INSERT INTO backups (id, name, state, started_at, finished_at, bytes, node, leased_until, attempts)
        VALUES (@Id, @Name, 'found', @StartedAt, @StartedAt, @Bytes, @Node, 0, 1)
        ON CONFLICT DO NOTHING
        """, Values(found));

    public static Task<BackupInfo?> FindAsync(Reader r, Guid id) => r.SingleAsync<BackupInfo>("SELECT * FROM backups WHERE id = @id", new { id });

    public static Task<BackupInfo?> FindAsync(Reader r, string name) => r.SingleAsync<BackupInfo>("SELECT * FROM backups WHERE name = @name", new { name });

    /// <summary>The latest time of the schedule that any node made or tried a backup for; null where there is none.</summary>
    public static Task<DateTimeOffset?> LatestRunAsync(Reader r) => r.ScalarAsync<DateTimeOffset?>("SELECT MAX(scheduled_for) FROM backups");

    /// <summary>Whether the run of a time of the schedule was begun by a node that is gone since.</summary>
    public static async Task<bool> IsAbandonedAsync(Reader r, DateTimeOffset due, DateTimeOffset now) => await r.ScalarAsync<long>(
        "SELECT COUNT(*) FROM backups WHERE scheduled_for = @due AND state = 'running' AND leased_until < @now", new { due, now }) > 0;

    /// <summary>The newest good one; null where there is none.</summary>
    public static Task<BackupInfo?> LatestGoodAsync(Reader r) => r.SingleAsync<BackupInfo>(
        "SELECT * FROM backups WHERE state = 'verified' ORDER BY started_at DESC LIMIT 1");

    /// <summary>Runs that no node will finish: whoever made them is gone, and nobody may take them over.</summary>
    public static Task<IReadOnlyList<BackupInfo>> LostAsync(Reader r, DateTimeOffset now, long mostAttempts) => r.QueryAsync<BackupInfo>(
        "SELECT * FROM backups WHERE state = 'running' AND leased_until < @now AND (scheduled_for IS NULL OR attempts >= @mostAttempts)", new { now, mostAttempts });

    /// <summary>When this installation began to have backups: what the schedule would have asked for before was not missed.</summary>
    public static Task<DateTimeOffset> BeganAsync(Reader r) => r.ScalarAsync<DateTimeOffset>(
        "SELECT applied_at FROM schema_migrations WHERE number = @Migration", new { Migration = (long)Migration });

    /// <summary>Whether the table is there: a database of an earlier server is backed up, too, before it is migrated.</summary>
    public static async Task<bool> IsThereAsync(Reader r) => await r.ScalarAsync<long>("SELECT MAX(number) FROM schema_migrations") == Migrator.Known[^1];

    private static object Values(BackupInfo run) => new
    {
        run.Id, run.Name, run.State, run.ScheduledFor, run.StartedAt, run.FinishedAt, run.CheckedAt, run.VerifiedAt, run.Bytes, run.RowCount, run.Reason, run.Detail,
        run.Node, run.LeasedUntil,
    };
}
