using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// Bytes that stand for fields and for nothing else: each field with its kind and length before it, so that no two lists of
/// fields have the same bytes ("a" and "bc" are not "ab" and "c", nothing is not the empty text).
/// </summary>
internal sealed class Canonical
{
    private const byte Nothing = 0, Text = 1, Number = 2, Raw = 3;

    private readonly ArrayBufferWriter<byte> bytes = new(512);

    /// <param name="purpose">Keeps what is signed for one purpose from passing for another.</param>
    public Canonical(string purpose) => Add(purpose);

    public ReadOnlySpan<byte> Bytes => bytes.WrittenSpan;

    public Canonical Add(string? text)
    {
        if (text is null)
        {
            bytes.GetSpan(1)[0] = Nothing;
            bytes.Advance(1);
            return this;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        var span = bytes.GetSpan(5 + length);
        span[0] = Text;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], length);
        Encoding.UTF8.GetBytes(text, span[5..]);
        bytes.Advance(5 + length);
        return this;
    }

    public Canonical Add(long number)
    {
        var span = bytes.GetSpan(9);
        span[0] = Number;
        BinaryPrimitives.WriteInt64BigEndian(span[1..], number);
        bytes.Advance(9);
        return this;
    }

    public Canonical Add(ReadOnlySpan<byte> raw)
    {
        var span = bytes.GetSpan(5 + raw.Length);
        span[0] = Raw;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], raw.Length);
        raw.CopyTo(span[5..]);
        bytes.Advance(5 + raw.Length);
        return this;
    }
}
