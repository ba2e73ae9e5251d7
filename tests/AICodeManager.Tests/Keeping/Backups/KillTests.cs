using System.Diagnostics;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Tests.Fixtures;
using Npgsql;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary>Killed in the middle, or out of room: the old state is whole, nothing half counts, and the next attempt goes through.</summary>
public sealed class KillTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_restore_killed_in_the_middle_leaves_the_old_state_whole(string kind)
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        await lab.FillAsync();
        var (target, open, option) = await TargetAsync(lab, kind);
        await lab.RestoreAsync(lab.PathOf(await lab.BackUpAsync()), target());
        var old = await DumpAsync(open);

        await GrowAsync(lab.Database);
        lab.Clock.Advance(TimeSpan.FromSeconds(1));
        var large = lab.PathOf(await lab.BackUpAsync());
        using (var restore = await HalfwayAsync(lab, large, option))
        {
            await restore.KillAsync();
        }

        Assert.Equal(old, await DumpAsync(open));
        await lab.RestoreAsync(large, target(), replace: true);
        Assert.Equal(30_003, (await DumpAsync(open))["users"].Length);
        Assert.Empty(Directory.EnumerateFiles(lab.Folder.Path, "*" + SqliteTarget.Mark + "*"));
    }

    [Fact]
    public async Task A_backup_killed_in_the_middle_leaves_none_and_does_not_stop_the_next()
    {
        await using var lab = await BackupLab.NewAsync("postgresql", postgres);
        await lab.FillAsync();
        // Who holds this table stops the copy in the middle.
        await using var holder = (NpgsqlConnection)await lab.Database.ConnectAsync(Cancel);
        await using (var held = await holder.BeginTransactionAsync(Cancel))
        {
            await using var hold = new NpgsqlCommand("LOCK TABLE users IN ACCESS EXCLUSIVE MODE", holder);
            await hold.ExecuteNonQueryAsync(Cancel);
            using var backup = new ServerCommand(lab.Folder.Path, lab.Variables, "backup");
            await Poll.UntilAsync(() => Task.FromResult(
                Directory.Exists(lab.Shelf.Path) && Directory.EnumerateFiles(lab.Shelf.Path).Any(file => new FileInfo(file).Length > 0) || backup.HasEnded));
            Assert.False(backup.HasEnded);
            await backup.KillAsync();
        }

        Assert.All(Directory.EnumerateFiles(lab.Shelf.Path), file => Assert.EndsWith(BackupName.PartialMark, file, StringComparison.Ordinal));
        lab.Clock.Advance(TimeSpan.FromSeconds(10));
        var made = await lab.BackUpAsync();
        Assert.Equal([made.Name], Directory.EnumerateFiles(lab.Shelf.Path).Select(Path.GetFileName));
        Assert.Equal([(BackupState.Verified, null), (BackupState.Failed, "abandoned")], (await lab.Desk.ListAsync(Cancel)).Select(row => (row.State, row.Reason)));
    }

    [Fact]
    public async Task A_full_disk_is_told_by_name_and_leaves_nothing()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        await GrowAsync(lab.Database);
        var path = lab.PathOf(await lab.BackUpAsync());
        Directory.Move(lab.Shelf.Path, lab.Folder.File("kept"));
        Directory.CreateDirectory(lab.Shelf.Path);
        Assert.SkipUnless(await CallAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", lab.Shelf.Path), "a small file system takes root to be mounted");
        try
        {
            var failed = (await lab.Desk.CreateAsync(RequestOrigin.System, cancel: Cancel))!;
            Assert.Equal((BackupState.Failed, "disk_full"), (failed.State, failed.Reason));
            Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Shelf.Path));

            var small = Path.Combine(lab.Shelf.Path, "restored.db");
            var full = await Assert.ThrowsAnyAsync<Exception>(() => lab.RestoreAsync(Path.Combine(lab.Folder.File("kept"), Path.GetFileName(path)), new SqliteTarget(small)));
            Assert.Contains("full", full.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(lab.Shelf.Path));
        }
        finally
        {
            await CallAsync("umount", lab.Shelf.Path);
        }
    }

    [Fact]
    public async Task The_commands_make_verify_restore_and_refuse()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres, "jwt:\n  expiry: \"10m\"\n");
        await lab.FillAsync();
        var made = await RunAsync(lab, "backup");
        Assert.True(made.Code == 0, made.Error);
        var path = Assert.Single(Directory.EnumerateFiles(lab.Shelf.Path));
        Assert.Contains(path, made.Output, StringComparison.Ordinal);
        var verified = await RunAsync(lab, "backup", "verify", "--all");
        Assert.Equal((0, true), (verified.Code, verified.Output.Contains("whole", StringComparison.Ordinal)));

        // This very process has the database open, as a server would.
        await using (await lab.Database.ConnectAsync(Cancel))
        {
            var busy = await RunAsync(lab, "restore", Path.GetFileName(path), "--replace");
            Assert.Equal((1, true), (busy.Code, busy.Error.Contains("in use", StringComparison.Ordinal)));
        }

        var elsewhere = await RunAsync(lab, "restore", path, "--to-file", lab.Folder.File("elsewhere.db"));
        Assert.True(elsewhere.Code == 0, elsewhere.Error);
        await using (var restored = Database.Sqlite(lab.Folder.File("elsewhere.db")))
        {
            Assert.Equal(1, await restored.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'backup_restored'"), Cancel));
        }

        using var other = new ServerCommand(
            lab.Folder.Path, new Dictionary<string, string>(lab.Variables) { ["DB_ENCRYPTION_KEY"] = "another key of more than forty characters" },
            "restore", path, "--to-file", lab.Folder.File("other.db"));
        var wrong = await other.EndAsync();
        Assert.Equal((1, true), (wrong.Code, wrong.Error.Contains("was made with the key", StringComparison.Ordinal)));
        Assert.False(File.Exists(lab.Folder.File("other.db")));
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(BackupLab lab, params string[] arguments)
    {
        using var command = new ServerCommand(lab.Folder.Path, lab.Variables, arguments);
        return await command.EndAsync();
    }

    private async Task<(Func<IRestoreTarget> Target, Func<Database> Open, string[] Option)> TargetAsync(BackupLab lab, string kind)
    {
        if (kind == "sqlite")
        {
            var file = lab.Folder.File("target.db");
            return (() => new SqliteTarget(file), () => Database.Sqlite(file), ["--to-file", file]);
        }

        var url = await postgres.NewDatabaseAsync();
        return (() => BackupLab.Target(url), () => Database.Postgres(url), ["--to", url.Reveal()]);
    }

    // The command reads a pipe into which only half of the backup goes: it is in the middle, and stays there.
    private static async Task<ServerCommand> HalfwayAsync(BackupLab lab, string path, string[] target)
    {
        var pipe = lab.Folder.File("pipe");
        Assert.True(await CallAsync("mkfifo", pipe));
        var restore = new ServerCommand(lab.Folder.Path, lab.Variables, ["restore", pipe, "--replace", .. target]);
        var whole = await File.ReadAllBytesAsync(path, Cancel);
        await using var half = await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write), Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        // More than pipes and buffers hold: when it is written, the first of it was restored.
        try
        {
            await half.WriteAsync(whole.AsMemory(0, whole.Length / 2), Cancel);
        }
        catch (IOException)
        {
            Assert.Fail((await restore.EndAsync()).Error);
        }

        await restore.KillAsync();
        return restore;
    }

    private static async Task<SortedDictionary<string, string[]>> DumpAsync(Func<Database> open)
    {
        await using var database = open();
        return await BackupLab.DumpAsync(database);
    }

    private static Task<int> GrowAsync(Database database) => database.WriteAsync(t => t.ExecuteAsync(
        """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
        INSERT INTO users (id, email, email_key, name, role, password_hash, created_at)
        SELECT 'n' || i, 'n' || i, 'n' || i, hex(randomblob(200)), 'user', 'x', i FROM n
        """), Cancel);

    private static async Task<bool> CallAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(Cancel);
        return process.ExitCode == 0;
    }
}
