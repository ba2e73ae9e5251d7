using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copies;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Server.Work.Projects;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web restore</c>: puts a backup into a database. Until the last step the old one is whole.</summary>
internal static class RestoreCommand
{
    /// <param name="which">A name in the folder of backups, or a path.</param>
    /// <param name="url"><c>postgres://…</c>; null for another target.</param>
    /// <param name="toFile">A SQLite file; null for another target. Without both, the configured database.</param>
    public static async Task<int> RunAsync(string which, string? url, string? toFile, bool replace, bool workingCopies, CancellationToken cancel)
    {
        var settings = ConfigurationLoader.LoadForThisProcess().Settings;
        var roots = new RootKeys(settings);
        var folder = new BackupFolder(settings, roots);
        var path = BackupName.Parse(which) is { } name && folder.Holds(name) ? folder.PathOf(name) : which;
        var progress = new ProgressLine(TimeProvider.System);
        BackupTotals totals;
        using var copies = workingCopies ? Copies(settings, replace) : null;
        copies?.RequireRoom();
        await using (var file = BackupFolder.Open(path))
        await using (var target = Target(settings, url, toFile))
        {
            try
            {
                totals = await new BackupRestorer(roots, TimeProvider.System).RestoreAsync(
                    file, target, replace, copies, (whole, done) => RecordAsync(settings, whole, Path.GetFileName(path), done, configured: IsConfigured(settings, url, toFile)),
                    progress, cancel);
            }
            finally
            {
                progress.End();
            }
        }

        if (totals.Header.Contents.Contains(BackupContents.WorkingCopies))
        {
            copies?.Commit();
        }
        else if (workingCopies)
        {
            Console.WriteLine("The backup holds no working copies: those that are here stay.");
        }

        Console.WriteLine($"Restored {totals.Rows} rows in {totals.Tables.Count} tables, as of {totals.Header.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC. Everybody signs in anew.");
        if (totals.Header.KeyFingerprint != roots.Fingerprint)
        {
            Console.WriteLine($"It was made with the earlier key {totals.Header.KeyFingerprint}: keep that in database.encryption.previous_keys until aicli-web vault rotate is through.");
        }

        return 0;
    }

    private static CopyPlace Copies(Settings settings, bool replace) => new(
        Path.Combine(Path.GetFullPath(settings.Host.DataFolder), "projects"), new ProjectFolders(settings, SandboxSetup.Profile(settings)).Owner, replace);

    private static IRestoreTarget Target(Settings settings, string? url, string? toFile) => (url, toFile) switch
    {
        ({ } given, _) => new PostgresTarget(new Secret(given), Migrator.Tables),
        (_, { } file) => new SqliteTarget(file),
        _ when settings.Host.DatabaseUrl is { } configured => new PostgresTarget(configured, Migrator.Tables),
        _ => new SqliteTarget(ServerHost.SqliteFile(settings)),
    };

    // Named or not: it is the database whose checkpoints lie in the data folder.
    private static bool IsConfigured(Settings settings, string? url, string? toFile) => (url, toFile) switch
    {
        ({ } given, _) => settings.Host.DatabaseUrl?.Equals(new Secret(given)) == true,
        (_, { } file) => settings.Host.DatabaseUrl is null && Path.GetFullPath(file) == Path.GetFullPath(ServerHost.SqliteFile(settings)),
        _ => true,
    };

    internal static async Task RecordAsync(Settings settings, Database whole, string name, BackupTotals done, bool configured = false)
    {
        await using var parts = KeepingParts.Over(settings, whole);
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(35));
        if (configured)
        {
            await CheckpointReset.AfterRestoreAsync(whole, parts.GetRequiredService<AuditNode>(), DateTimeOffset.UtcNow, bound.Token);
        }

        await parts.GetRequiredService<AuditTrail>().RecordAsync(RequestOrigin.System, new AuditEvent("backup_restored")
        {
            Details = new Dictionary<string, object?>
            {
                ["name"] = name, ["as_of"] = done.Header.CreatedAt, ["from"] = done.Header.Database, ["schema"] = done.Header.Schema, ["rows"] = done.Rows,
            },
        }.On("backup", done.Header.Id), bound.Token);
    }
}
