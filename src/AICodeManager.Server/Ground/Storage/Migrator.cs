using System.Reflection;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>Brings the schema forward by the numbered scripts in <c>Migrations/</c>; there is no way back.</summary>
public static class Migrator
{
    // Any number will do that no other program takes for an advisory lock in this database.
    private const long MigrationLock = 0x61_69_63_6C_69;

    /// <summary>Applies what is missing, each script with its mark in one transaction. Safe from several nodes at once.</summary>
    /// <returns>The numbers applied now.</returns>
    /// <exception cref="InvalidOperationException">The database was written by a newer server.</exception>
    public static async Task<IReadOnlyList<int>> ApplyAsync(Database database, TimeProvider time, CancellationToken cancel)
    {
        var scripts = Scripts();
        return await database.WriteAsync(async t =>
        {
            if (database.Kind == "postgresql")
            {
                // Another node that migrates at the same moment waits here; SQLite's write lock is held already.
                await t.ScalarAsync<object>("SELECT pg_advisory_xact_lock(@MigrationLock)", new { MigrationLock });
            }

            await t.ExecuteAsync("CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)");
            var done = (await t.QueryAsync<long>("SELECT number FROM schema_migrations")).ToHashSet();
            if (done.Count > 0 && done.Max() > scripts[^1].Number)
            {
                throw new InvalidOperationException(
                    $"The database is at schema {done.Max()}, this server knows up to {scripts[^1].Number}: start the newer server.");
            }

            List<int> applied = [];
            foreach (var (number, name, sql) in scripts.Where(s => !done.Contains(s.Number)))
            {
                await t.ExecuteAsync(sql);
                await t.ExecuteAsync(
                    "INSERT INTO schema_migrations (number, name, applied_at) VALUES (@number, @name, @now)",
                    new { number = (long)number, name, now = time.GetUtcNow() });
                applied.Add(number);
            }

            return applied;
        }, cancel);
    }

    /// <summary>Every step that this server knows, in order.</summary>
    public static IReadOnlyList<int> Numbers() => [.. Scripts().Select(script => script.Number)];

    private static List<(int Number, string Name, string Sql)> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string Prefix = "migrations/";
        return [.. assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n =>
            {
                var name = n[Prefix.Length..^".sql".Length];
                using var text = new StreamReader(assembly.GetManifestResourceStream(n)!);
                return (int.Parse(name[..4]), name, text.ReadToEnd());
            })];
    }
}
