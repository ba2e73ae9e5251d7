using Npgsql;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>The live schema of a PostgreSQL database: what lies in the connection's current schema.</summary>
internal static class PostgresShapes
{
    public static async Task<IReadOnlyList<TableShape>> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var columns = await TextsAsync(
            connection,
            """
            SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
            ORDER BY c.relname COLLATE "C", a.attnum
            """, cancel);
        var references = (await TextsAsync(
            connection,
            """
            SELECT DISTINCT t.relname, o.relname
            FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class o ON o.oid = k.confrelid
            WHERE k.contype = 'f' AND t.relnamespace = current_schema()::regnamespace
            """, cancel)).ToLookup(row => row[0], row => row[1]);
        return [.. columns.GroupBy(row => row[0]).Select(table => new TableShape(
            table.Key, [.. table.Select(row => new Column(row[1], Type(row)))], references[table.Key].ToHashSet()))];
    }

    /// <summary>Rows of texts.</summary>
    public static async Task<List<string[]>> TextsAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        List<string[]> rows = [];
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i)) ?? "")]);
        }

        return rows;
    }

    public static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        // Building an index or checking references of a large table takes its time; the caller's token bounds it.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static ColumnType Type(string[] column) => column[2] switch
    {
        "bigint" => ColumnType.BigInt,
        "text" => ColumnType.Text,
        "bytea" => ColumnType.Blob,
        "double precision" => ColumnType.Real,
        var other => throw new InvalidOperationException($"The column {column[0]}.{column[1]} is of the type '{other}', which backups do not know."),
    };
}
