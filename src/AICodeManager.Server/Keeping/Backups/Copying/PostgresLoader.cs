using System.Buffers.Binary;
using AICodeManager.Server.Keeping.Backups.Format;
using Npgsql;

namespace AICodeManager.Server.Keeping.Backups.Copying;

/// <summary>One COPY in PostgreSQL's binary form: values go in as the bytes they are.</summary>
internal sealed class PostgresLoader(NpgsqlConnection connection, TableShape table, IReadOnlyList<string> columns) : ITableLoader
{
    private static readonly byte[] Begin = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly ColumnType[] types = [.. columns.Select(name => table.Columns.First(column => column.Name == name).Type)];
    private byte[] buffer = new byte[256 * 1024];
    private int filled;
    private NpgsqlRawCopyStream? copy;

    public async Task<long> AddAsync(ReadOnlyMemory<byte> rows, CancellationToken cancel)
    {
        copy ??= await BeginAsync(cancel);
        var added = Encode(rows.Span);
        await copy.WriteAsync(buffer.AsMemory(0, filled), cancel);
        filled = 0;
        return added;
    }

    public async Task CompleteAsync(CancellationToken cancel)
    {
        if (copy is not null)
        {
            await copy.WriteAsync((byte[])[0xFF, 0xFF], cancel);
            await copy.FlushAsync(cancel);
            await copy.DisposeAsync();
            copy = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (copy is not null)
        {
            await copy.CancelAsync();
            await copy.DisposeAsync();
        }
    }

    private async Task<NpgsqlRawCopyStream> BeginAsync(CancellationToken cancel)
    {
        // The table was made in this transaction, so its rows can be written as settled ones.
        var sql = $"COPY {SqlName.Quoted(table.Name)} ({string.Join(", ", columns.Select(SqlName.Quoted))}) FROM STDIN (FORMAT BINARY, FREEZE)";
        var begun = await connection.BeginRawBinaryCopyAsync(sql, cancel);
        await begun.WriteAsync(Begin, cancel);
        return begun;
    }

    private long Encode(ReadOnlySpan<byte> rows)
    {
        var cursor = new RowCursor(rows);
        var added = 0L;
        for (; !cursor.AtEnd; added++)
        {
            BinaryPrimitives.WriteInt16BigEndian(Room(sizeof(short)), (short)types.Length);
            for (var i = 0; i < types.Length; i++)
            {
                cursor.Next();
                switch (cursor.Kind, types[i])
                {
                    case (ValueKind.Null, _):
                        BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), -1);
                        break;
                    case (ValueKind.Integer, ColumnType.BigInt):
                        BinaryPrimitives.WriteInt64BigEndian(Value(sizeof(long)), cursor.Integer);
                        break;
                    case (ValueKind.Real, ColumnType.Real):
                        BinaryPrimitives.WriteDoubleBigEndian(Value(sizeof(double)), cursor.Real);
                        break;
                    case (ValueKind.Text, ColumnType.Text) when !cursor.Bytes.Contains((byte)0):
                    case (ValueKind.Blob, ColumnType.Blob):
                        cursor.Bytes.CopyTo(Value(cursor.Bytes.Length));
                        break;
                    case var (kind, type):
                        throw new RestoreException(
                            $"A value of {table.Name}.{columns[i]} does not fit PostgreSQL: {kind} for {type}{(kind == ValueKind.Text ? " with a NUL character" : "")}. Nothing was changed.");
                }
            }
        }

        return added;
    }

    private Span<byte> Value(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Room(sizeof(int)), length);
        return Room(length);
    }

    private Span<byte> Room(int size)
    {
        if (buffer.Length - filled < size)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, filled + size));
        }

        filled += size;
        return buffer.AsSpan(filled - size, size);
    }
}
