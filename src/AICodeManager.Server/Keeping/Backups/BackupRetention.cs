using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>
/// Deletes what is older than <c>database.backup.retention</c>: files of this node that a key of ours made. The newest one that was
/// found whole stays however old it is, and so does everything while there is none.
/// </summary>
public sealed class BackupRetention(BackupDesk desk, BackupFolder folder, Database database, Settings settings, TimeProvider time)
{
    /// <summary>Deletes what is due; the names.</summary>
    internal async Task<IReadOnlyList<string>> SweepAsync(CancellationToken cancel)
    {
        folder.RemoveLeftovers();
        await desk.AdoptAsync(cancel);
        var rows = await database.ReadAsync(r => r.QueryAsync<BackupInfo>(
            "SELECT * FROM backups WHERE node = @Node AND state IN ('verified', 'found', 'failed')", new { folder.Node }), cancel);
        var here = rows.Where(row => BackupName.Parse(row.Name) is { } name && folder.Holds(name)).ToArray();
        List<string> deleted = [];
        if (!here.Any(IsDue))
        {
            return deleted;
        }

        var kept = await NewestWholeAsync(here, cancel);
        foreach (var old in kept is null ? [] : here.Where(row => IsDue(row) && row.Id != kept.Id))
        {
            // By its own proven head: a row may have been edited, a file put in another's place.
            if (await folder.HeaderAsync(BackupName.Parse(old.Name)!, cancel) is { } header
                && header.CreatedAt < time.GetUtcNow() - settings.Database.Backup.Retention
                && await desk.DeleteAsync(old.Name, RequestOrigin.System, "retention", cancel) is not null)
            {
                deleted.Add(old.Name);
            }
        }

        return deleted;
    }

    private bool IsDue(BackupInfo row) => row.StartedAt < time.GetUtcNow() - settings.Database.Backup.Retention;

    // Before anything goes: a file that was whole when it was written may have rotted since.
    private async Task<BackupInfo?> NewestWholeAsync(IEnumerable<BackupInfo> here, CancellationToken cancel)
    {
        foreach (var row in here.Where(row => row.State == BackupState.Verified).OrderByDescending(row => row.StartedAt))
        {
            var now = row.CheckedAt > time.GetUtcNow() - TimeSpan.FromDays(1)
                ? row
                : await desk.VerifyAsync(row.Name, RequestOrigin.System, cancel: cancel);
            if (now?.State == BackupState.Verified)
            {
                return now;
            }
        }

        return null;
    }
}
