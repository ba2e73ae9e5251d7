using AICodeManager.Server.CommandLine;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary>What was copied comes back, in either database, or nothing changes.</summary>
public sealed class RestoreTests(PostgresServer postgres)
{
    /// <summary>Tables to which a backup itself writes, after its copy was taken.</summary>
    private static readonly string[] Notes = ["backups", "audit_events", "audit_chains", "audit_cuts", "audit_keys", "audit_checkpoints"];

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite", "sqlite")]
    [InlineData("sqlite", "postgresql")]
    [InlineData("postgresql", "sqlite")]
    [InlineData("postgresql", "postgresql")]
    public async Task Every_row_comes_back_in_either_database(string from, string to)
    {
        await using var lab = await BackupLab.NewAsync(from, postgres);
        await lab.FillAsync();
        var made = await lab.BackUpAsync();
        var (target, open) = await lab.NewTargetAsync(to);
        var totals = await lab.RestoreAsync(lab.PathOf(made), target());

        await using var restored = open();
        var (before, after) = (await BackupLab.DumpAsync(lab.Database), await BackupLab.DumpAsync(restored));
        Assert.Equal(before.Keys, after.Keys);
        foreach (var table in before.Keys.Except(Notes))
        {
            Assert.Equal(before[table], after[table]);
        }

        // The copy was taken while it was made: its own row is the one thing that a restore mends.
        Assert.Contains($"state={BackupState.Verified}", Assert.Single(after["backups"]), StringComparison.Ordinal);
        Assert.Equal(totals.Rows, made.RowCount);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Keys_references_and_indexes_are_as_a_new_database_has_them(string kind)
    {
        await using var lab = await BackupLab.NewAsync(kind, postgres);
        await lab.FillAsync();
        var (target, open) = await lab.NewTargetAsync(kind);
        await lab.RestoreAsync(lab.PathOf(await lab.BackUpAsync()), target());
        await using var restored = open();
        var rules = kind == "sqlite"
            ? "SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_schema ORDER BY 1"
            : """
              SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
              UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1
              """;
        Assert.Equal(
            await lab.Database.ReadAsync(r => r.QueryAsync<string>(rules), Cancel), await restored.ReadAsync(r => r.QueryAsync<string>(rules), Cancel));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Cannot_replace_what_a_database_holds_without_being_told(string kind)
    {
        await using var lab = await BackupLab.NewAsync(kind, postgres);
        await lab.FillAsync();
        var made = await lab.BackUpAsync();
        var (target, open) = await lab.NewTargetAsync(kind);
        await lab.RestoreAsync(lab.PathOf(made), target());
        await using (var restored = open())
        {
            await restored.WriteAsync(t => t.ExecuteAsync("UPDATE users SET name = 'kept'"), Cancel);
        }

        var again = target();
        Assert.Contains("--replace", (await Assert.ThrowsAsync<RestoreException>(() => lab.RestoreAsync(lab.PathOf(made), again))).Message, StringComparison.Ordinal);
        await using (var kept = open())
        {
            Assert.Equal(3, await kept.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM users WHERE name = 'kept'"), Cancel));
        }

        await lab.RestoreAsync(lab.PathOf(made), target(), replace: true);
        await using var replaced = open();
        Assert.Equal(0, await replaced.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM users WHERE name = 'kept'"), Cancel));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_damaged_backup_leaves_the_old_state_whole(string kind)
    {
        await using var lab = await BackupLab.NewAsync(kind, postgres);
        await lab.FillAsync(2000);
        var path = lab.PathOf(await lab.BackUpAsync());
        var (target, open) = await lab.NewTargetAsync(kind);
        await lab.RestoreAsync(path, target());
        SortedDictionary<string, string[]> before;
        await using (var restored = open())
        {
            before = await BackupLab.DumpAsync(restored);
        }

        // Its last byte: everything else was loaded by then.
        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancel);
        var damage = await Assert.ThrowsAsync<BackupException>(() => lab.RestoreAsync(path, target(), replace: true));
        Assert.Equal(BackupDamage.Altered, damage.Damage);
        await using var after = open();
        Assert.Equal(before, await BackupLab.DumpAsync(after));
        Assert.Empty(Directory.EnumerateFiles(lab.Folder.Path, "*" + SqliteTarget.Mark + "*"));
    }

    [Fact]
    public async Task A_database_whose_pages_are_destroyed_is_replaced()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        await lab.FillAsync();
        var path = lab.PathOf(await lab.BackUpAsync());
        var broken = lab.Folder.File("broken.db");
        await File.WriteAllBytesAsync(broken, new byte[8192], Cancel);
        await File.WriteAllBytesAsync(broken + "-wal", new byte[4096], Cancel);
        await Assert.ThrowsAsync<RestoreException>(() => lab.RestoreAsync(path, new SqliteTarget(broken)));
        await lab.RestoreAsync(path, new SqliteTarget(broken), replace: true);
        await using var restored = Database.Sqlite(broken);
        Assert.Equal(3, await restored.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM users"), Cancel));
    }

    [Fact]
    public async Task Cannot_restore_over_tables_of_other_programs()
    {
        await using var lab = await BackupLab.NewAsync("postgresql", postgres);
        var path = lab.PathOf(await lab.BackUpAsync());
        var (target, open) = await lab.NewTargetAsync("postgresql");
        await using (var theirs = open())
        {
            await theirs.WriteAsync(t => t.ExecuteAsync("CREATE TABLE customers (id BIGINT)"), Cancel);
        }

        var refused = await Assert.ThrowsAsync<RestoreException>(() => lab.RestoreAsync(path, target(), replace: true));
        Assert.Contains("customers", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cannot_restore_under_a_running_server()
    {
        await using var lab = await BackupLab.NewAsync("postgresql", postgres);
        var path = lab.PathOf(await lab.BackUpAsync());
        // Its own database, which it has open as a server has.
        var refused = await Assert.ThrowsAsync<RestoreException>(() => lab.RestoreAsync(path, BackupLab.Target(lab.Url!), replace: true));
        Assert.Contains("running servers", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cannot_restore_the_backup_of_a_newer_server()
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        await lab.Database.WriteAsync(t => t.ExecuteAsync("INSERT INTO schema_migrations (number, name, applied_at) VALUES (9999, 'later', 1)"), Cancel);
        var (id, folder) = (Guid.CreateVersion7(), lab.Shelf);
        var name = BackupName.New(DateTimeOffset.UnixEpoch, id);
        await lab.Get<BackupMaker>().MakeAsync(id, name, false, null, Cancel);
        var (target, _) = await lab.NewTargetAsync("sqlite");
        var newer = await Assert.ThrowsAsync<BackupException>(() => lab.RestoreAsync(folder.PathOf(name), target()));
        Assert.Equal(BackupDamage.Newer, newer.Damage);
        Assert.Contains("9999", newer.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_backup_of_an_earlier_schema_is_brought_forward(string kind)
    {
        await using var lab = await BackupLab.NewAsync("sqlite", postgres);
        var early = lab.Folder.File("early.db");
        await using var database = Database.Sqlite(early);
        await database.WriteAsync(t => Migrator.ApplyAsync(t, "sqlite", TimeProvider.System, Enumerable.Range(1, 6).ToArray()), Cancel);
        await database.WriteAsync(t => t.ExecuteAsync(
            "INSERT INTO users (id, email, email_key, name, role, password_hash, created_at) VALUES ('u', 'u', 'u', 'u', 'user', 'x', 1)"), Cancel);
        await using var parts = KeepingParts.Over(lab.Settings, database);
        var (id, maker) = (Guid.CreateVersion7(), parts.GetRequiredService<BackupMaker>());
        var name = BackupName.New(DateTimeOffset.UnixEpoch, id);
        await maker.MakeAsync(id, name, false, null, Cancel);

        var (target, open) = await lab.NewTargetAsync(kind);
        var totals = await lab.RestoreAsync(lab.Shelf.PathOf(name), target());
        Assert.Equal(6, totals.Header.Schema);
        await using var restored = open();
        Assert.Equal(1, await restored.ReadAsync(r => r.ScalarAsync<long>("SELECT version FROM users WHERE id = 'u'"), Cancel));
        Assert.Equal(Migrator.Known[^1], await restored.ReadAsync(r => r.ScalarAsync<long>("SELECT MAX(number) FROM schema_migrations"), Cancel));
    }
}
