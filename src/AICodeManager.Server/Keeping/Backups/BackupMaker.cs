using System.Buffers.Text;
using System.Reflection;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>
/// Makes one backup: copies a snapshot into a file that has no name yet, synchronises it, reads it back entirely, and only then
/// gives it its name. What fails on the way leaves nothing.
/// </summary>
public sealed class BackupMaker(Database database, RootKeys roots, BackupFolder folder, FileCopier files, Settings settings, TimeProvider time)
{
    private const int ChunkBytes = 256 * 1024;

    private static readonly string ServerVersion =
        typeof(BackupMaker).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <param name="workingCopies">Whether the projects' files go with it.</param>
    /// <exception cref="IOException">It could not be written or is not what was written.</exception>
    internal async Task<(BackupTotals Totals, long Bytes)> MakeAsync(
        Guid id, BackupName name, bool workingCopies, IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        folder.RemoveLeftovers();
        try
        {
            long bytes;
            IReadOnlyList<TableTotal> written;
            await using (var file = folder.Begin(name))
            {
                written = await WriteAsync(file, id, workingCopies, progress, cancel);
                file.Flush(flushToDisk: true);
                bytes = file.Length;
                file.Position = 0;
                var totals = await VerifyAsync(file, progress, cancel);
                if (!Same(totals.Tables, written))
                {
                    throw new BackupException(BackupDamage.Inconsistent, "The backup reads otherwise than it was written. Suspect the memory or the disk of this machine.");
                }

                folder.Keep(name);
                return (totals, bytes);
            }
        }
        catch
        {
            folder.Drop(name);
            throw;
        }
    }

    /// <summary>Reads a whole backup: every part, every count, every hash.</summary>
    /// <exception cref="BackupException">It is damaged, and how.</exception>
    internal async Task<BackupTotals> VerifyAsync(FileStream file, IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        var length = file.CanSeek ? file.Length : 0;
        return await BackupWalk.RunAsync(
            file, roots, _ => Task.FromResult<IRecordSink>(new CountingSink()),
            progress is null ? null : read => progress.Report(new BackupProgress("verifying", read, length)), cancel);
    }

    private async Task<IReadOnlyList<TableTotal>> WriteAsync(
        FileStream file, Guid id, bool workingCopies, IProgress<BackupProgress>? progress, CancellationToken cancel)
    {
        await using var snapshot = await Snapshots.TakeAsync(database, cancel);
        var contents = new List<string> { BackupContents.Database };
        if (settings.Host.ConfigFile is not null)
        {
            contents.Add(BackupContents.Configuration);
        }

        if (workingCopies)
        {
            contents.Add(BackupContents.WorkingCopies);
        }

        var header = new BackupHeader(
            id, time.GetUtcNow(), ServerVersion, snapshot.Migrations, database.Kind, contents,
            settings.Database.Backup.Encryption ? BackupSealing.Encrypted : BackupSealing.Readable, BackupForm.Compression, ChunkBytes,
            roots.Fingerprint, Base64Url.EncodeToString(BackupForm.NewSalt()));
        var keys = await BackupForm.WriteAsync(file, header, roots, cancel);
        await using var records = new RecordWriter(file, keys, cancel);
        foreach (var table in snapshot.Tables)
        {
            using var rows = await records.TableAsync(table.Name, table.ColumnNames, cancel);
            await snapshot.CopyAsync(
                table, rows, _ => progress?.Report(new BackupProgress("copying", records.Taken, snapshot.SizeEstimate, table.Name)), cancel);
            await rows.CompleteAsync(cancel);
        }

        await files.ConfigurationAsync(records, cancel);
        if (workingCopies)
        {
            await files.WorkingCopiesAsync(records, progress, cancel);
        }
        await records.CompleteAsync(cancel);
        return records.Totals;
    }

    private static bool Same(IReadOnlyList<TableTotal> read, IReadOnlyList<TableTotal> written) =>
        read.Count == written.Count && read.Zip(written).All(pair =>
            pair.First.Table == pair.Second.Table && pair.First.Rows == pair.Second.Rows && pair.First.Digest.AsSpan().SequenceEqual(pair.Second.Digest));
}
