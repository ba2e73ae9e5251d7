using System.Buffers.Binary;
using AICodeManager.Server.Keeping.Backups.Format;
using Npgsql;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>
/// A REPEATABLE READ, READ ONLY transaction; each table comes by COPY in PostgreSQL's binary form (PostgreSQL 15 documentation,
/// COPY, "Binary Format"), from which values are taken as the bytes they are. While it lasts, VACUUM keeps what it may still see.
/// </summary>
internal sealed class PostgresSnapshot : ISnapshot
{
    private static readonly byte[] Signature = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8];

    private readonly NpgsqlConnection connection;
    private byte[] buffer = new byte[512 * 1024];

    private PostgresSnapshot(NpgsqlConnection connection) => this.connection = connection;

    public IReadOnlyList<int> Migrations { get; private set; } = [];

    public IReadOnlyList<TableShape> Tables { get; private set; } = [];

    public long SizeEstimate { get; private set; }

    /// <param name="connection">Open; this takes it over.</param>
    public static async Task<PostgresSnapshot> TakeAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var snapshot = new PostgresSnapshot(connection);
        try
        {
            await PostgresShapes.RunAsync(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancel);
            snapshot.Migrations = [.. (await PostgresShapes.TextsAsync(connection, "SELECT number FROM schema_migrations ORDER BY number", cancel)).Select(row => int.Parse(row[0]))];
            snapshot.Tables = TableOrder.Of(await PostgresShapes.ReadAsync(connection, cancel));
            snapshot.SizeEstimate = long.Parse((await PostgresShapes.TextsAsync(connection, "SELECT pg_database_size(current_database())", cancel))[0][0]);
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
        var sql = $"COPY {SqlName.Quoted(table.Name)} ({string.Join(", ", table.ColumnNames.Select(SqlName.Quoted))}) TO STDOUT (FORMAT BINARY)";
        await using var copy = await connection.BeginRawBinaryCopyAsync(sql, cancel);
        var (at, held) = (0, 0);
        var begun = false;
        while (true)
        {
            if (held == buffer.Length && at == 0)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            buffer.AsSpan(at, held - at).CopyTo(buffer);
            (at, held) = (0, held - at);
            var read = await copy.ReadAsync(buffer.AsMemory(held), cancel);
            if (read == 0)
            {
                throw new IOException($"PostgreSQL ended the copy of the table {table.Name} too early.");
            }

            held += read;
            if (!begun && !(begun = Begin(buffer.AsSpan(0, held), ref at)))
            {
                continue;
            }

            while (TakeRow(buffer.AsSpan(at, held - at), table, rows.Row, out var used))
            {
                at += used;
                if (used == sizeof(short))
                {
                    await rows.FlushAsync(cancel);
                    advanced(rows.Rows);
                    // Left unread, the rest of the answer would be cancelled instead of ended.
                    while (await copy.ReadAsync(buffer, cancel) != 0)
                    {
                    }

                    return;
                }

                if (rows.EndRow())
                {
                    await rows.FlushAsync(cancel);
                    advanced(rows.Rows);
                }
            }
        }
    }

    public async ValueTask DisposeAsync() => await connection.DisposeAsync();

    // Signature, flags, length of an extension and the extension itself.
    private static bool Begin(ReadOnlySpan<byte> from, ref int at)
    {
        const int Fixed = 11 + sizeof(int) + sizeof(int);
        if (from.Length < Fixed)
        {
            return false;
        }

        var whole = Fixed + BinaryPrimitives.ReadInt32BigEndian(from[15..]);
        if (!from.StartsWith(Signature) || whole < Fixed)
        {
            throw new IOException("PostgreSQL answered a copy with another form than COPY's binary one.");
        }

        at = from.Length < whole ? 0 : whole;
        return at > 0;
    }

    /// <summary>Takes one row where all of it is there; the mark of the end is a row of two bytes.</summary>
    private static bool TakeRow(ReadOnlySpan<byte> from, TableShape table, RowBuffer row, out int used)
    {
        used = 0;
        if (from.Length < sizeof(short))
        {
            return false;
        }

        var fields = BinaryPrimitives.ReadInt16BigEndian(from);
        used = sizeof(short);
        if (fields == -1)
        {
            return true;
        }

        if (!IsWhole(from, fields))
        {
            return false;
        }

        for (var i = 0; i < fields; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(from[used..]);
            used += sizeof(int);
            if (length < 0)
            {
                row.Null();
                continue;
            }

            var value = from.Slice(used, length);
            used += length;
            switch (table.Columns[i].Type)
            {
                case ColumnType.BigInt: row.Integer(BinaryPrimitives.ReadInt64BigEndian(value)); break;
                case ColumnType.Real: row.Real(BinaryPrimitives.ReadDoubleBigEndian(value)); break;
                case ColumnType.Text: row.Text(value); break;
                default: row.Blob(value); break;
            }
        }

        return true;
    }

    private static bool IsWhole(ReadOnlySpan<byte> from, int fields)
    {
        var at = sizeof(short);
        for (var i = 0; i < fields; i++)
        {
            if (from.Length < at + sizeof(int))
            {
                return false;
            }

            at += sizeof(int) + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(from[at..]));
            if (from.Length < at)
            {
                return false;
            }
        }

        return true;
    }
}
