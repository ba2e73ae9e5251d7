using System.Buffers.Binary;
using System.Text;

namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>
/// Rows as bytes, gathered until they are worth a record: each value is its kind (one byte) and itself, in the order of the
/// table's columns. No names, no text numbers, nothing by reflection. Not thread-safe.
/// </summary>
internal sealed class RowBuffer
{
    /// <summary>From so many bytes on a record is written.</summary>
    public const int Enough = 128 * 1024;

    private byte[] bytes = new byte[Enough * 2];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Filled => bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    public void Null() => Room(1)[0] = (byte)ValueKind.Null;

    public void Integer(long value)
    {
        var room = Room(11);
        room[0] = (byte)ValueKind.Integer;
        // Zigzag: small negative numbers stay short.
        Length += Varint.Write(room[1..], (ulong)((value << 1) ^ (value >> 63))) - 10;
    }

    public void Real(double value)
    {
        var room = Room(9);
        room[0] = (byte)ValueKind.Real;
        BinaryPrimitives.WriteDoubleBigEndian(room[1..], value);
    }

    public void Text(ReadOnlySpan<byte> utf8) => Bytes(ValueKind.Text, utf8);

    public void Blob(ReadOnlySpan<byte> value) => Bytes(ValueKind.Blob, value);

    /// <summary>A text that is no value of a row: a name within another record.</summary>
    public void Name(string text) => Text(Encoding.UTF8.GetBytes(text));

    private void Bytes(ValueKind kind, ReadOnlySpan<byte> value)
    {
        var room = Room(11 + value.Length);
        room[0] = (byte)kind;
        var used = Varint.Write(room[1..], (ulong)value.Length);
        value.CopyTo(room[(1 + used)..]);
        Length -= 10 - used;
    }

    private Span<byte> Room(int size)
    {
        if (bytes.Length - Length < size)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + size));
        }

        Length += size;
        return bytes.AsSpan(Length - size, size);
    }
}

/// <summary>What a value is.</summary>
internal enum ValueKind : byte
{
    Null,
    Integer,
    Text,
    Blob,
    Real,
}
