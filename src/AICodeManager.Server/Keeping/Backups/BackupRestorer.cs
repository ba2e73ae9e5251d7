using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>
/// Restores a backup: makes the schema that it was taken from, loads its rows, checks every reference, migrates forward, and only
/// then lets the target take effect. Reads the file once.
/// </summary>
internal sealed class BackupRestorer(RootKeys roots, TimeProvider time)
{
    /// <param name="replace">Whether what the target holds may go.</param>
    /// <param name="files">Takes the configuration and the working copies; null to leave them out.</param>
    /// <param name="lastEntry">Writes into the restored database that it was restored.</param>
    /// <exception cref="BackupException">The backup is damaged; the target is as it was.</exception>
    /// <exception cref="RestoreException">The target does not take it; it is as it was.</exception>
    public async Task<BackupTotals> RestoreAsync(
        FileStream file, IRestoreTarget target, bool replace, IFilePlace? files, Func<Database, BackupTotals, Task> lastEntry,
        IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        RestoreSink? sink = null;
        var length = file.CanSeek ? file.Length : 0;
        var totals = await BackupWalk.RunAsync(
            file, roots, async header => sink = await BeginAsync(header, target, replace, files, cancel),
            progress is null ? null : read => progress.Report(new BackupProgress("restoring", read, length, sink?.At)), cancel);
        sink!.RequireAll();
        await target.BindAsync(cancel);
        await MendAsync(sink.Transaction, totals.Header);
        await Migrator.ApplyAsync(sink.Transaction, target.Kind, time);
        await target.CommitAsync(whole => lastEntry(whole, totals), cancel);
        return totals;
    }

    private async Task<RestoreSink> BeginAsync(BackupHeader header, IRestoreTarget target, bool replace, IFilePlace? files, CancellationToken cancel)
    {
        if (header.Migrations.Except(Migrator.Known).ToArray() is { Length: > 0 } unknown)
        {
            throw new BackupException(
                BackupDamage.Newer,
                $"The backup is of schema {header.Schema} ({string.Join(", ", unknown)} unknown here); this server knows up to {Migrator.Known[^1]}. Restore it with server {header.ServerVersion} or newer.");
        }

        var transaction = await target.BeginAsync(replace, cancel);
        await Migrator.ApplyAsync(transaction, target.Kind, time, header.Migrations);
        var tables = TableOrder.Of(await target.ShapesAsync(cancel));
        await target.UnbindAsync(cancel);
        foreach (var table in tables.Reverse())
        {
            // Migrations bring rows of their own; the backup has them as they were.
            await transaction.ExecuteAsync($"DELETE FROM {SqlName.Quoted(table.Name)}");
        }

        return new RestoreSink(target, transaction, tables, files);
    }

    // The snapshot was taken while this very backup was running, and perhaps others.
    private async Task MendAsync(Transaction t, BackupHeader header)
    {
        if (header.Schema < BackupStore.Migration)
        {
            return;
        }

        var now = time.GetUtcNow();
        await t.ExecuteAsync("UPDATE backups SET state = 'verified', finished_at = @now, checked_at = @now, verified_at = @now WHERE id = @Id AND state = 'running'", new { now, header.Id });
        await t.ExecuteAsync("UPDATE backups SET state = 'failed', reason = 'restored', finished_at = @now WHERE state = 'running'", new { now });
    }
}

/// <summary>Where the files of a backup go.</summary>
internal interface IFilePlace
{
    Task BeginAsync(FileEntry file, CancellationToken cancel);

    Task DataAsync(ReadOnlyMemory<byte> content, CancellationToken cancel);

    Task EndAsync(CancellationToken cancel);
}
