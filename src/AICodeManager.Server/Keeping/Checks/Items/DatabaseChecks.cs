using System.Data.Common;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>The database: whether it is whole, whose it is, and how it is reached.</summary>
internal static class DatabaseChecks
{
    private const int Shown = 5;

    public static async Task<Finding> IntegrityAsync(CheckScene scene, CancellationToken cancel)
    {
        if (scene.Database.Kind == "postgresql")
            return await PostgresIntegrityAsync(scene, cancel);
        var file = ServerHost.SqliteFile(scene.Settings);
        var damage = await SqliteIntegrity.FindAsync(file, whole: true, cancel);
        // What was written last may lie beside the file still.
        var bytes = new[] { file, $"{file}-wal" }.Where(File.Exists).Sum(part => new FileInfo(part).Length);
        return damage.Count > 0
            ? Finding.Fail($"{file} is damaged: {string.Join("; ", damage.Take(Shown))}{(damage.Count > Shown ? $"; and {damage.Count - Shown} more" : "")}")
            : Finding.Pass($"{bytes / 1024:N0} KiB, every page and index is sound");
    }

    public static async Task<Finding> SchemaAsync(CheckScene scene, CancellationToken cancel)
    {
        var wanted = Migrator.Known;
        IReadOnlyList<long> there;
        try
        {
            there = await scene.ReadAsync(r => r.QueryAsync<long>("SELECT number FROM schema_migrations ORDER BY number"), cancel);
        }
        catch (DbException missing)
        {
            return Finding.Fail($"there is no schema: {missing.Message}");
        }

        var lacking = wanted.Where(number => !there.Contains(number)).ToList();
        return lacking.Count > 0 ? Finding.Fail($"steps {string.Join(", ", lacking)} are missing")
            : there.Except(wanted.Select(number => (long)number)).ToList() is { Count: > 0 } newer ? Finding.Fail($"steps {string.Join(", ", newer)} are of a newer server")
            : Finding.Pass($"at step {there.Max()}");
    }

    public static async Task<Finding> RoleAsync(CheckScene scene, CancellationToken cancel) =>
        await scene.Postgres.Value.WaitAsync(cancel) is not { } postgres ? Finding.Skip("SQLite has no roles")
        : postgres.Powers.Length == 0 ? Finding.Pass($"{postgres.Role} may do nothing beyond its own database")
        : new(postgres.Powers.Contains("superuser", StringComparison.Ordinal) ? CheckResult.Fail : CheckResult.Warn, $"{postgres.Role}: {postgres.Powers}");

    public static async Task<Finding> TransportAsync(CheckScene scene, CancellationToken cancel) =>
        await scene.Postgres.Value.WaitAsync(cancel) is not { } postgres ? Finding.Skip("SQLite is a file of this machine")
        : Finding.When(postgres.Tls || postgres.Local, postgres.Tls ? "our connection is encrypted"
            : postgres.Local ? "our connection stays on this machine" : "our connection leaves this machine and is not encrypted");

    public static async Task<Finding> ChecksumsAsync(CheckScene scene, CancellationToken cancel) =>
        await scene.Postgres.Value.WaitAsync(cancel) is not { } postgres ? Finding.Skip("SQLite's pages carry none; database_integrity reads their structure")
        : Finding.When(postgres.Checksums == "on", $"data_checksums is {postgres.Checksums}", CheckResult.Warn);

    // Reading finds a page whose checksum is wrong; amcheck, where somebody has installed it, reads the indexes' order too.
    private static async Task<Finding> PostgresIntegrityAsync(CheckScene scene, CancellationToken cancel)
    {
        var postgres = (await scene.Postgres.Value.WaitAsync(cancel))!;
        if (postgres.ChecksumFailures > 0)
            return Finding.Fail($"{postgres.ChecksumFailures} pages had a wrong checksum (pg_stat_database.checksum_failures)");
        List<string> damage = [];
        long rows = 0;
        foreach (var table in await TablesAsync(scene, cancel))
        {
            try
            {
                // Every column of every row is read, so that a damaged page or value cannot hide.
                rows += await scene.ReadAsync(r => r.ScalarAsync<long>($"SELECT COUNT(*) FROM (SELECT md5(CAST(t AS TEXT)) AS read FROM {table} t OFFSET 0) whole WHERE read IS NOT NULL"), cancel);
            }
            catch (DbException fault) when (fault.SqlState is { } state && state.StartsWith("XX", StringComparison.Ordinal))
            {
                damage.Add($"{table}: {fault.Message}");
            }
        }

        var indexes = await IndexesAsync(scene, damage, cancel);
        return damage.Count > 0 ? Finding.Fail(string.Join("; ", damage.Take(Shown)))
            : Finding.Pass($"{rows:N0} rows of every table can be read; checksums {postgres.Checksums}; {indexes}");
    }

    private static Task<IReadOnlyList<string>> TablesAsync(CheckScene scene, CancellationToken cancel) => scene.ReadAsync(
        r => r.QueryAsync<string>("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"), cancel);

    private static async Task<string> IndexesAsync(CheckScene scene, List<string> damage, CancellationToken cancel)
    {
        if (await scene.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM pg_extension WHERE extname = 'amcheck'"), cancel) == 0)
            return "indexes are not compared (the extension amcheck is not installed)";
        var indexes = await scene.ReadAsync(r => r.QueryAsync<string>(
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_am a ON a.oid = c.relam WHERE c.relkind = 'i' AND a.amname = 'btree' AND c.relnamespace = current_schema()::regnamespace"), cancel);
        foreach (var index in indexes)
        {
            try
            {
                await scene.ReadAsync(r => r.ScalarAsync<object>("SELECT bt_index_check(CAST(@index AS regclass))", new { index }), cancel);
            }
            catch (DbException fault) when (fault.SqlState == "42501")
            {
                return "indexes are not compared (our role may not use amcheck)";
            }
            catch (DbException fault)
            {
                damage.Add($"{index}: {fault.Message}");
            }
        }

        return $"{indexes.Count} indexes are in order (amcheck)";
    }
}
