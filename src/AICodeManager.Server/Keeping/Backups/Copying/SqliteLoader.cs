using AICodeManager.Server.Keeping.Backups.Format;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>Inserts rows by one prepared statement; values go in as the bytes they are.</summary>
internal sealed class SqliteLoader : ITableLoader
{
    private readonly SqliteConnection connection;
    private readonly sqlite3_stmt insert;
    private readonly string table;
    private readonly int columns;

    public SqliteLoader(SqliteConnection connection, TableShape table, IReadOnlyList<string> columns)
    {
        (this.connection, this.table, this.columns) = (connection, table.Name, columns.Count);
        var sql = $"INSERT INTO {SqlName.Quoted(table.Name)} ({string.Join(", ", columns.Select(SqlName.Quoted))}) VALUES ({string.Join(", ", columns.Select(_ => "?"))})";
        SqliteShapes.Check(connection, raw.sqlite3_prepare_v2(connection.Handle, sql, out insert), table.Name);
    }

    public Task<long> AddAsync(ReadOnlyMemory<byte> rows, CancellationToken cancel)
    {
        var cursor = new RowCursor(rows.Span);
        var added = 0L;
        for (; !cursor.AtEnd; added++)
        {
            for (var i = 1; i <= columns; i++)
            {
                cursor.Next();
                Check(cursor.Kind switch
                {
                    ValueKind.Null => raw.sqlite3_bind_null(insert, i),
                    ValueKind.Integer => raw.sqlite3_bind_int64(insert, i, cursor.Integer),
                    ValueKind.Real => raw.sqlite3_bind_double(insert, i, cursor.Real),
                    // An empty span has no address, and SQLite takes that for NULL.
                    ValueKind.Text when cursor.Bytes.IsEmpty => raw.sqlite3_bind_text(insert, i, ""),
                    ValueKind.Blob when cursor.Bytes.IsEmpty => raw.sqlite3_bind_zeroblob(insert, i, 0),
                    ValueKind.Text => raw.sqlite3_bind_text(insert, i, cursor.Bytes),
                    _ => raw.sqlite3_bind_blob(insert, i, cursor.Bytes),
                });
            }

            Check(raw.sqlite3_step(insert));
            Check(raw.sqlite3_reset(insert));
        }

        return Task.FromResult(added);
    }

    public Task CompleteAsync(CancellationToken cancel) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        insert.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Check(int result) => SqliteShapes.Check(connection, result, table);
}
