using System.Diagnostics;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Keeping.Checks.Readings;

/// <summary>What a drill came to.</summary>
public sealed record DrillResult(DateTimeOffset AsOf, long Rows, int Tables, IReadOnlyList<string> Damage, TimeSpan Took);

/// <summary>
/// Restores a backup for practice: into a file of its own in the data folder, which is read for damage and removed. What
/// runs is not touched; a backup of either database does.
/// </summary>
public sealed class BackupDrill(BackupFolder folder, RootKeys roots, Settings settings, TimeProvider time)
{
    private const UnixFileMode UserOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Bytes of the backup's file; null where it is not on this machine.</summary>
    public long? SizeOf(string name) => BackupName.Parse(name) is { } known && folder.Holds(known) ? new FileInfo(folder.PathOf(known)).Length : null;

    /// <summary>Whether its file should lie here and does not.</summary>
    public bool Misses(BackupInfo backup) => backup.Node == folder.Node && SizeOf(backup.Name) is null;

    /// <exception cref="IOException">The backup is damaged, or there is no room.</exception>
    public async Task<DrillResult> RunAsync(string name, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var place = Path.Combine(settings.Host.DataFolder, $"drill-{Guid.NewGuid():N}");
        Directory.CreateDirectory(place, UserOnly);
        try
        {
            var target = Path.Combine(place, "drill.db");
            await using var file = BackupFolder.Open(folder.PathOf(BackupName.Parse(name)!));
            await using var restoring = new SqliteTarget(target);
            var totals = await new BackupRestorer(roots, time).RestoreAsync(file, restoring, replace: false, null, (_, _) => Task.CompletedTask, null, cancel);
            var damage = await SqliteIntegrity.FindAsync(target, whole: true, cancel);
            return new(totals.Header.CreatedAt, totals.Rows, totals.Tables.Count, damage, Stopwatch.GetElapsedTime(began));
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }
}
