using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;
using Microsoft.Data.Sqlite;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary>A restore takes away nothing that the backup does not bring, and nothing that is not ours.</summary>
public sealed class RestoreCommandTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Working_copies_stay_where_the_backup_has_none_or_the_target_is_another()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        var made = await lab.BackUpAsync();
        await lab.Database.DisposeAsync();
        var precious = lab.Folder.File($"data/projects/{Guid.NewGuid():D}/work/precious.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(precious)!);
        await File.WriteAllTextAsync(precious, "x", Cancel);

        using var here = new ServerCommand(lab.Folder.Path, lab.Variables, "restore", made.Name, "--replace", "--working-copies");
        var (code, said, error) = await here.EndAsync();
        Assert.True(code == 0, error);
        Assert.Contains("holds no working copies", said, StringComparison.Ordinal);
        Assert.True(File.Exists(precious));

        using var there = new ServerCommand(lab.Folder.Path, lab.Variables, "restore", made.Name, "--to-file", lab.Folder.File("drill.db"), "--replace", "--working-copies");
        Assert.Equal(2, (await there.EndAsync()).Code);
        Assert.True(File.Exists(precious));
    }

    [Fact]
    public async Task A_file_of_another_program_is_never_replaced()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        var made = await lab.BackUpAsync();
        var other = lab.Folder.File("places.db");
        await using (var connection = new SqliteConnection($"Data Source={other};Pooling=False"))
        {
            await connection.OpenAsync(Cancel);
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE bookmarks (url TEXT)";
            await command.ExecuteNonQueryAsync(Cancel);
        }

        var before = await File.ReadAllBytesAsync(other, Cancel);
        var refused = await Assert.ThrowsAsync<RestoreException>(() => lab.RestoreAsync(lab.PathOf(made), new SqliteTarget(other), replace: true));
        Assert.Contains("bookmarks", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(other, Cancel));
    }

    [Fact]
    public async Task An_old_backup_under_a_newer_ones_name_is_not_that_one()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        var old = await lab.BackUpAsync();
        lab.Clock.Advance(TimeSpan.FromDays(1));
        var newer = await lab.BackUpAsync();
        File.Copy(lab.PathOf(old), lab.PathOf(newer), overwrite: true);
        var found = (await lab.Desk.VerifyAsync(newer.Name, RequestOrigin.System, cancel: Cancel))!;
        Assert.Equal((BackupState.Failed, "altered"), (found.State, found.Reason));
    }

    [Fact]
    public async Task A_command_with_another_key_than_the_servers_writes_nothing()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        await lab.Get<VaultOpening>().OpenAsync(Cancel);
        var made = await lab.BackUpAsync();
        var wrong = new Dictionary<string, string>(lab.Variables) { ["DB_ENCRYPTION_KEY"] = "another key of more than forty characters" };
        using var create = new ServerCommand(lab.Folder.Path, wrong, "backup");
        Assert.Equal(1, (await create.EndAsync()).Code);
        using var verify = new ServerCommand(lab.Folder.Path, wrong, "backup", "verify");
        Assert.Equal(1, (await verify.EndAsync()).Code);
        Assert.Equal(BackupState.Verified, Assert.Single(await lab.Desk.ListAsync(Cancel)).State);
        Assert.Single(Directory.GetFiles(lab.Shelf.Path));
    }
}
