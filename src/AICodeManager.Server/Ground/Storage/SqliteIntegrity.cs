using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>Reads a database file for damage, over a connection of its own that changes nothing.</summary>
/// <remarks>
/// SQLite's pages carry no checksums: what is found is damage of their structure, of indexes and of constraints. A letter
/// that was changed within a value that no index has is not seen here; sealed fields and the audit's chain see theirs.
/// </remarks>
public static partial class SqliteIntegrity
{
    private const int Most = 20, Corrupt = 11, NotADatabase = 26, Interrupted = 9;

    // Large files are read for as long as a start can wait; the regular check reads them whole.
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);

    /// <summary>Refuses to start on a file that is damaged, as far as that is seen within two seconds.</summary>
    /// <exception cref="InvalidOperationException">One line that names the damage and what to do.</exception>
    public static async Task RequireWholeAsync(string file, CancellationToken cancel)
    {
        if (!File.Exists(file) || new FileInfo(file).Length == 0)
            return;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(StartPatience);
        IReadOnlyList<string> damage;
        try
        {
            damage = await FindAsync(file, whole: false, patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return;
        }

        if (damage.Count > 0)
        {
            throw new InvalidOperationException(
                $"The database {file} is damaged: {string.Join("; ", damage.Take(3))}{(damage.Count > 3 ? $"; and {damage.Count - 3} more" : "")}. "
                + "Keep a copy of it, then restore the latest good backup (docs/checks.md).");
        }
    }

    /// <summary>What is wrong, at most twenty things, each with the page and the table or index that it belongs to; none where all is well.</summary>
    /// <param name="whole">Also compares every index with its table, and every constraint.</param>
    /// <exception cref="OperationCanceledException">It was stopped before it had read everything.</exception>
    public static Task<IReadOnlyList<string>> FindAsync(string file, bool whole, CancellationToken cancel) =>
        // SQLite reads on the thread that asks.
        Task.Run<IReadOnlyList<string>>(() => Find(file, whole, cancel), cancel);

    private static List<string> Find(string file, bool whole, CancellationToken cancel)
    {
        SystemSqlite.Use();
        var text = new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 30 }.ToString();
        using var connection = new SqliteConnection(text);
        try
        {
            connection.Open();
            using var stop = cancel.Register(() => raw.sqlite3_interrupt(connection.Handle));
            var owners = Owners(connection);
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA {(whole ? "integrity_check" : "quick_check")}({Most})";
            using var rows = command.ExecuteReader();
            List<string> damage = [];
            while (rows.Read())
            {
                // One row may tell of several things, with a heading.
                damage.AddRange(rows.GetString(0).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Where(line => line != "ok" && !line.StartsWith("***", StringComparison.Ordinal)).Select(line => Named(line, owners)));
            }

            cancel.ThrowIfCancellationRequested();
            return damage.Count == 0 ? damage : [.. Unreadable(connection), .. damage];
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is Corrupt or NotADatabase)
        {
            // Where the check itself gives up, reading says at least whose pages they are.
            if (fault.SqliteErrorCode == Corrupt && Unreadable(connection) is { Count: > 0 } broken)
                return broken;
            return [fault.SqliteErrorCode == NotADatabase ? "it is no SQLite file: its first page is not readable" : "the schema cannot be read: page 1 or one that it leads to is damaged"];
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode == Interrupted && cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
    }

    // Tables and indexes that cannot be read from end to end.
    private static List<string> Unreadable(SqliteConnection connection)
    {
        List<string> broken = [];
        foreach (var (what, sql) in Reads(connection))
        {
            try
            {
                using var read = connection.CreateCommand();
                read.CommandText = sql;
                read.ExecuteScalar();
            }
            catch (SqliteException fault) when (fault.SqliteErrorCode == Corrupt)
            {
                broken.Add($"{what} cannot be read to its end");
            }
            catch (SqliteException)
            {
                // An index over a part of its table serves no such question.
            }
        }

        return broken;
    }

    private static List<(string What, string Sql)> Reads(SqliteConnection connection)
    {
        List<(string What, string Sql)> reads = [];
        try
        {
            using var command = connection.CreateCommand();
            // Not COUNT: it takes whichever index is smallest, whatever is asked for.
            command.CommandText = """
                SELECT type || ' ' || name, 'SELECT SUM(1) FROM "' || tbl_name || '" ' || CASE type WHEN 'table' THEN 'NOT INDEXED' ELSE 'INDEXED BY "' || name || '"' END
                FROM sqlite_master WHERE type IN ('table', 'index') AND rootpage > 0 ORDER BY 1
                """;
            using var rows = command.ExecuteReader();
            while (rows.Read())
                reads.Add((rows.GetString(0), rows.GetString(1)));
        }
        catch (SqliteException)
        {
            // Not even the schema can be read.
        }

        return reads;
    }

    // Which table or index a tree of pages is, by its first page.
    private static Dictionary<string, string> Owners(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT CAST(rootpage AS TEXT), type || ' ' || name FROM sqlite_master WHERE rootpage > 0";
        using var rows = command.ExecuteReader();
        var owners = new Dictionary<string, string> { ["1"] = "the schema" };
        while (rows.Read())
            owners[rows.GetString(0)] = rows.GetString(1);
        return owners;
    }

    private static string Named(string line, Dictionary<string, string> owners) =>
        Tree().Match(line) is { Success: true } match && owners.TryGetValue(match.Groups[1].Value, out var owner) ? $"{owner}: {line}" : line;

    // As SQLite 3.39 and later, and those before, write it.
    [GeneratedRegex(@"(?:Tree|On tree page|in tree|^Page) (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex Tree();
}
