using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>The live schema of a SQLite database.</summary>
internal static class SqliteShapes
{
    public static async Task<IReadOnlyList<TableShape>> ReadAsync(SqliteConnection connection, CancellationToken cancel)
    {
        List<TableShape> tables = [];
        foreach (var table in await TextsAsync(
            connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name", null, cancel))
        {
            var columns = await TextsAsync(connection, "SELECT name || '/' || upper(type) FROM pragma_table_info(@of) ORDER BY cid", table[0], cancel);
            var references = await TextsAsync(connection, "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(@of)", table[0], cancel);
            tables.Add(new TableShape(table[0], [.. columns.Select(column => Column(table[0], column[0]))], references.Select(r => r[0]).ToHashSet()));
        }

        return tables;
    }

    public static async Task<IReadOnlyList<long>> NumbersAsync(SqliteConnection connection, string sql, CancellationToken cancel) =>
        [.. (await TextsAsync(connection, sql, null, cancel)).Select(row => long.Parse(row[0]))];

    /// <summary>Rows of texts.</summary>
    public static async Task<List<string[]>> TextsAsync(SqliteConnection connection, string sql, string? of, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        if (of is not null)
        {
            command.Parameters.AddWithValue("@of", of);
        }

        List<string[]> rows = [];
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : reader.GetString(i))]);
        }

        return rows;
    }

    public static async Task RunAsync(SqliteConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <exception cref="IOException">The call failed; says at which table and why.</exception>
    public static void Check(SqliteConnection connection, int result, string table)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            throw new IOException($"The table {table} failed with SQLite error {result}: {raw.sqlite3_errmsg(connection.Handle).utf8_to_string()}.");
        }
    }

    private static Column Column(string table, string nameAndType)
    {
        var cut = nameAndType.LastIndexOf('/');
        var (name, type) = (nameAndType[..cut], nameAndType[(cut + 1)..]);
        return new Column(name, type switch
        {
            "BIGINT" or "INTEGER" => ColumnType.BigInt,
            "TEXT" => ColumnType.Text,
            "BLOB" => ColumnType.Blob,
            "DOUBLE PRECISION" or "REAL" => ColumnType.Real,
            _ => throw new InvalidOperationException($"The column {table}.{name} is of the type '{type}', which backups do not know."),
        });
    }
}
