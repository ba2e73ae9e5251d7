using System.Buffers.Binary;
using System.Text;

namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>Goes through the values that a <see cref="RowBuffer"/> wrote.</summary>
internal ref struct RowCursor(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>Of the value that was read last.</summary>
    public ValueKind Kind { get; private set; }

    public long Integer { get; private set; }

    public double Real { get; private set; }

    /// <summary>The bytes of a text (UTF-8) or blob.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <exception cref="BackupException">There is no value, or none of a known kind.</exception>
    public void Next()
    {
        if (rest.IsEmpty)
        {
            throw Wrong();
        }

        Kind = (ValueKind)rest[0];
        rest = rest[1..];
        switch (Kind)
        {
            case ValueKind.Null:
                break;
            case ValueKind.Integer:
                var zigzag = Number();
                Integer = (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
                break;
            case ValueKind.Real when rest.Length >= sizeof(double):
                Real = BinaryPrimitives.ReadDoubleBigEndian(rest);
                rest = rest[sizeof(double)..];
                break;
            case ValueKind.Text or ValueKind.Blob:
                var length = Number();
                if (length > (ulong)rest.Length)
                {
                    throw Wrong();
                }

                Bytes = rest[..(int)length];
                rest = rest[(int)length..];
                break;
            default:
                throw Wrong();
        }
    }

    /// <summary>The next value, which must be a text.</summary>
    public string NextText()
    {
        Next();
        return Kind == ValueKind.Text ? Encoding.UTF8.GetString(Bytes) : throw Wrong();
    }

    /// <summary>The next value, which must be a whole number.</summary>
    public long NextInteger()
    {
        Next();
        return Kind == ValueKind.Integer ? Integer : throw Wrong();
    }

    /// <summary>The next value, which must be bytes.</summary>
    public ReadOnlySpan<byte> NextBlob()
    {
        Next();
        return Kind == ValueKind.Blob ? Bytes : throw Wrong();
    }

    private ulong Number()
    {
        var used = Varint.Read(rest, out var value);
        rest = used == 0 ? throw Wrong() : rest[used..];
        return value;
    }

    private static BackupException Wrong() => new(
        BackupDamage.Inconsistent, "The backup is genuine but not well formed: a record does not hold what it should. Report this with the server's version.");
}
