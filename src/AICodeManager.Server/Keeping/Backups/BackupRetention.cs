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
        var kept = here.Where(row => row.State == BackupState.Verified).MaxBy(row => row.StartedAt);
        List<string> deleted = [];
        foreach (var old in kept is null ? [] : here.Where(row => row.StartedAt < time.GetUtcNow() - settings.Database.Backup.Retention && row.Id != kept.Id))
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
}
