using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web backup</c>: makes, lists, verifies and deletes backups, beside a running server or without one.</summary>
internal static class BackupCommand
{
    private static readonly RequestOrigin Origin = RequestOrigin.System;

    public static Task<int> CreateAsync(bool? workingCopies, CancellationToken cancel) => WithDeskAsync(async (parts, database, progress) =>
    {
        if (!await IsCurrentAsync(database, cancel))
        {
            return await UnlistedAsync(parts, workingCopies, progress, cancel);
        }

        if (await parts.GetRequiredService<BackupDesk>().CreateAsync(Origin, workingCopies, progress, cancel) is not { } made)
        {
            await Console.Error.WriteLineAsync("aicli-web: another backup is under way; see aicli-web backup list.");
            return 1;
        }

        progress.End();
        return await TellAsync(made, parts.GetRequiredService<BackupFolder>());
    }, cancel);

    public static Task<int> ListAsync(bool json, CancellationToken cancel) => WithDeskAsync(async (parts, database, _) =>
    {
        await RequireCurrentAsync(database, cancel);
        var backups = await parts.GetRequiredService<BackupDesk>().ListAsync(cancel);
        if (json)
        {
            Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(backups, WireJson.Options));
            return 0;
        }

        foreach (var backup in backups)
        {
            Console.WriteLine($"{backup.Name}  {backup.State,-8}  {Size(backup.Bytes),10}  {backup.Node}{(backup.Reason is null ? "" : $"  {backup.Reason}")}");
        }

        return 0;
    }, cancel);

    /// <param name="which">Names in the folder, or paths of files anywhere.</param>
    public static Task<int> VerifyAsync(IReadOnlyList<string> which, bool all, CancellationToken cancel) => WithDeskAsync(async (parts, database, progress) =>
    {
        var (folder, failed) = (parts.GetRequiredService<BackupFolder>(), 0);
        IReadOnlyList<string> names = all ? [.. folder.Names().Select(name => name.Text)] : which.Count > 0 ? which
            : [.. folder.Names().TakeLast(1).Select(name => name.Text)];
        if (names.Count == 0)
        {
            await Console.Error.WriteLineAsync($"aicli-web: there is no backup in {folder.Path}.");
            return 1;
        }

        foreach (var name in names)
        {
            failed += await VerifyOneAsync(parts, database, name, progress, cancel) ? 0 : 1;
        }

        return failed == 0 ? 0 : 1;
    }, cancel);

    public static Task<int> DeleteAsync(string name, CancellationToken cancel) => WithDeskAsync(async (parts, database, _) =>
    {
        await RequireCurrentAsync(database, cancel);
        if (await parts.GetRequiredService<BackupDesk>().DeleteAsync(name, Origin, cancel: cancel) is null)
        {
            await Console.Error.WriteLineAsync($"aicli-web: there is no backup {name} in {parts.GetRequiredService<BackupFolder>().Path}.");
            return 1;
        }

        Console.WriteLine($"Deleted {name}.");
        return 0;
    }, cancel);

    // A path is a file anywhere; a bare name is one in the folder, whose row is kept up.
    private static async Task<bool> VerifyOneAsync(ServiceProvider parts, Database database, string name, ProgressLine progress, CancellationToken cancel)
    {
        var folder = parts.GetRequiredService<BackupFolder>();
        var known = BackupName.Parse(name) is { } parsed && folder.Holds(parsed);
        if (known && await IsCurrentAsync(database, cancel))
        {
            var row = (await parts.GetRequiredService<BackupDesk>().VerifyAsync(name, Origin, progress, cancel))!;
            progress.End();
            Console.WriteLine(row.State == BackupState.Verified ? $"{name}: whole, {row.RowCount} rows, {Size(row.Bytes)}." : $"{name}: {row.Reason}: {row.Detail}");
            return row.State == BackupState.Verified;
        }

        try
        {
            await using var file = BackupFolder.Open(known ? folder.PathOf(BackupName.Parse(name)!) : name);
            var totals = await parts.GetRequiredService<BackupMaker>().VerifyAsync(file, progress, cancel);
            progress.End();
            Console.WriteLine($"{name}: whole, {totals.Rows} rows in {totals.Tables.Count} tables, {totals.Files} files, {Size(file.Length)}.");
            return true;
        }
        catch (IOException damage)
        {
            progress.End();
            Console.WriteLine($"{name}: {(damage as BackupException)?.Word ?? "failed"}: {damage.Message}");
            return false;
        }
    }

    // Before an upgrade: the database has no room for a row of it yet, but a backup is most wanted then.
    private static async Task<int> UnlistedAsync(ServiceProvider parts, bool? workingCopies, ProgressLine progress, CancellationToken cancel)
    {
        var (now, id, folder) = (DateTimeOffset.UtcNow, Guid.CreateVersion7(), parts.GetRequiredService<BackupFolder>());
        var name = BackupName.New(now, id);
        var settings = parts.GetRequiredService<Settings>();
        var (totals, bytes) = await parts.GetRequiredService<BackupMaker>().MakeAsync(
            id, name, workingCopies ?? settings.Database.Backup.WorkingCopies, progress, cancel);
        progress.End();
        Console.WriteLine($"{folder.PathOf(name)}: {totals.Rows} rows, {Size(bytes)}, verified. The database is of an earlier schema ({totals.Header.Schema}): the backup is not listed in it.");
        return 0;
    }

    private static async Task<int> TellAsync(BackupInfo made, BackupFolder folder)
    {
        if (made.State == BackupState.Verified)
        {
            Console.WriteLine($"{Path.Combine(folder.Path, made.Name)}: {made.RowCount} rows, {Size(made.Bytes)}, verified.");
            return 0;
        }

        await Console.Error.WriteLineAsync($"aicli-web: the backup failed ({made.Reason}): {made.Detail}");
        return 1;
    }

    private static async Task<int> WithDeskAsync(Func<ServiceProvider, Database, ProgressLine, Task<int>> run, CancellationToken cancel)
    {
        var settings = ConfigurationLoader.LoadForThisProcess().Settings;
        await using var database = ServerHost.OpenDatabase(settings);
        await using var parts = KeepingParts.Over(settings, database);
        var progress = new ProgressLine(TimeProvider.System);
        try
        {
            if (await IsCurrentAsync(database, cancel))
            {
                // Another key than the server's would make backups that nobody can open, and audit entries that nobody can prove.
                await parts.GetRequiredService<VaultOpening>().OpenAsync(cancel);
            }

            var code = await run(parts, database, progress);
            await TellAlertsAsync(parts, cancel);
            return code;
        }
        finally
        {
            progress.End();
        }
    }

    // What was raised here is written down; the server, which has the channels, delivers it.
    private static async Task TellAlertsAsync(ServiceProvider parts, CancellationToken cancel)
    {
        if (parts.GetRequiredService<AlertDesk>().IsQuiet || cancel.IsCancellationRequested)
        {
            return;
        }

        await parts.GetServices<IHostedService>().OfType<AlertKeeper>().Single().TurnAsync(cancel);
    }

    private static Task<bool> IsCurrentAsync(Database database, CancellationToken cancel) => database.ReadAsync(BackupStore.IsThereAsync, cancel);

    private static async Task RequireCurrentAsync(Database database, CancellationToken cancel)
    {
        if (!await IsCurrentAsync(database, cancel))
        {
            throw new InvalidOperationException("The database is not of this server's schema: run aicli-web migrate first.");
        }
    }

    internal static string Size(long? bytes) => bytes switch
    {
        null => "-",
        < 1000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.0} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.0} MB",
        _ => $"{bytes / 1e9:0.00} GB",
    };
}
