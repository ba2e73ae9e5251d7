using AICodeManager.Server.Keeping.Backups.Format;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>
/// One read transaction in write-ahead mode: writers go on, and this sees none of it. While it lasts, the write-ahead log
/// cannot be folded into the file and grows by what is written. Texts stay the bytes they are.
/// </summary>
internal sealed class SqliteSnapshot : ISnapshot
{
    private readonly SqliteConnection connection;

    private SqliteSnapshot(SqliteConnection connection) => this.connection = connection;

    public IReadOnlyList<int> Migrations { get; private set; } = [];

    public IReadOnlyList<TableShape> Tables { get; private set; } = [];

    public long SizeEstimate { get; private set; }

    /// <param name="connection">Open; this takes it over.</param>
    public static async Task<SqliteSnapshot> TakeAsync(SqliteConnection connection, CancellationToken cancel)
    {
        var snapshot = new SqliteSnapshot(connection);
        try
        {
            // The moment is that of the first reading after BEGIN.
            await SqliteShapes.RunAsync(connection, "BEGIN", cancel);
            snapshot.Migrations = [.. (await SqliteShapes.NumbersAsync(connection, "SELECT number FROM schema_migrations ORDER BY number", cancel)).Select(n => (int)n)];
            snapshot.Tables = TableOrder.Of(await SqliteShapes.ReadAsync(connection, cancel));
            snapshot.SizeEstimate = (await SqliteShapes.NumbersAsync(
                connection, "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()", cancel))[0];
            return snapshot;
        }
        catch
        {
            await snapshot.DisposeAsync();
            throw;
        }
    }

    public async Task CopyAsync(TableShape table, TableWriter rows, Action<long> advanced, CancellationToken cancel)
    {
        var sql = $"SELECT {string.Join(", ", table.ColumnNames.Select(SqlName.Quoted))} FROM {SqlName.Quoted(table.Name)}";
        SqliteShapes.Check(connection, raw.sqlite3_prepare_v2(connection.Handle, sql, out var statement), table.Name);
        using (statement)
        {
            while (true)
            {
                // Many rows between two awaits: a step is a matter of microseconds.
                var more = Gather(statement, table, rows);
                await rows.FlushAsync(cancel);
                advanced(rows.Rows);
                if (!more)
                {
                    return;
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The connection goes back to the pool: without its transaction.
        if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            await SqliteShapes.RunAsync(connection, "ROLLBACK", CancellationToken.None);
        }

        await connection.DisposeAsync();
    }

    private bool Gather(sqlite3_stmt statement, TableShape table, TableWriter rows)
    {
        while (true)
        {
            var step = raw.sqlite3_step(statement);
            if (step == raw.SQLITE_DONE)
            {
                return false;
            }

            if (step != raw.SQLITE_ROW)
            {
                SqliteShapes.Check(connection, step, table.Name);
            }

            for (var i = 0; i < table.Columns.Count; i++)
            {
                switch (raw.sqlite3_column_type(statement, i))
                {
                    case raw.SQLITE_NULL: rows.Row.Null(); break;
                    case raw.SQLITE_INTEGER: rows.Row.Integer(raw.sqlite3_column_int64(statement, i)); break;
                    case raw.SQLITE_FLOAT: rows.Row.Real(raw.sqlite3_column_double(statement, i)); break;
                    // A text's bytes are read as they lie there: UTF-8, not turned into another form and back.
                    case raw.SQLITE_TEXT: rows.Row.Text(raw.sqlite3_column_blob(statement, i)); break;
                    default: rows.Row.Blob(raw.sqlite3_column_blob(statement, i)); break;
                }
            }

            if (rows.EndRow())
            {
                return true;
            }
        }
    }
}
