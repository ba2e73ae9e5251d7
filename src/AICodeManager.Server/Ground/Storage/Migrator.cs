using System.Reflection;
using System.Text.RegularExpressions;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>Brings the schema forward by the numbered scripts in <c>Migrations/</c>; there is no way back.</summary>
public static partial class Migrator
{
    // Any number will do that no other program takes for an advisory lock in this database.
    private const long MigrationLock = 0x61_69_63_6C_69;

    private const string Marks = "schema_migrations";

    /// <summary>Applies what is missing, each script with its mark in one transaction. Safe from several nodes at once.</summary>
    /// <returns>The numbers applied now.</returns>
    /// <exception cref="InvalidOperationException">The database was written by a newer server.</exception>
    public static async Task<IReadOnlyList<int>> ApplyAsync(Database database, TimeProvider time, CancellationToken cancel) =>
        await database.WriteAsync(t => ApplyAsync(t, database.Kind, time), cancel);

    /// <summary>Numbers of the migrations that this server knows, ascending.</summary>
    public static IReadOnlyList<int> Known { get; } = [.. Scripts().Select(script => script.Number)];

    /// <summary>Names of every table that any of them makes, also of those that a later one removes.</summary>
    internal static IReadOnlySet<string> Tables { get; } =
        Scripts().SelectMany(script => TableNames().Matches(script.Sql)).Select(name => name.Groups[1].Value).Append(Marks).ToHashSet();

    /// <summary>The same within a transaction of the caller's.</summary>
    /// <param name="only">Numbers to apply and no others; all where it is left out.</param>
    internal static async Task<IReadOnlyList<int>> ApplyAsync(Transaction t, string kind, TimeProvider time, IReadOnlyCollection<int>? only = null)
    {
        var scripts = Scripts();
        if (kind == "postgresql")
        {
            // Another node that migrates at the same moment waits here; SQLite's write lock is held already.
            await t.ScalarAsync<object>("SELECT pg_advisory_xact_lock(@MigrationLock)", new { MigrationLock });
        }

        await t.ExecuteAsync($"CREATE TABLE IF NOT EXISTS {Marks} (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)");
        var done = (await t.QueryAsync<long>($"SELECT number FROM {Marks}")).ToHashSet();
        if (done.Count > 0 && done.Max() > scripts[^1].Number)
        {
            throw new InvalidOperationException(
                $"The database is at schema {done.Max()}, this server knows up to {scripts[^1].Number}: start the newer server.");
        }

        List<int> applied = [];
        foreach (var (number, name, sql) in scripts.Where(s => !done.Contains(s.Number) && only?.Contains(s.Number) != false))
        {
            await t.ExecuteAsync(sql);
            await t.ExecuteAsync(
                $"INSERT INTO {Marks} (number, name, applied_at) VALUES (@number, @name, @now)", new { number = (long)number, name, now = time.GetUtcNow() });
            applied.Add(number);
        }

        return applied;
    }

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

    [GeneratedRegex(@"(?im)^\s*CREATE TABLE (?:IF NOT EXISTS )?(\w+)")]
    private static partial Regex TableNames();
}
