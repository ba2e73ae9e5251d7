using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Backups.Copying;
using AICodeManager.Server.Keeping.Backups.Format;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Backups;

/// <summary>What was copied comes back, in either database, or nothing changes.</summary>
public sealed class RestoreTests(PostgresServer postgres)
{
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
        foreach (var table in before.Keys.Except(["backups", "audit_events"]))
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
}
