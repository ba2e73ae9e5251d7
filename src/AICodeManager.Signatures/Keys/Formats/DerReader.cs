namespace AICodeManager.Signatures.Keys.Formats;

/// <summary>
/// Reads DER (X.690) as far as keys need it: definite lengths below 64 KiB in their shortest form, positive integers.
/// Allocates nothing and never throws.
/// </summary>
internal ref struct DerReader(ReadOnlySpan<byte> der)
{
    public const byte Integer = 0x02;
    public const byte BitString = 0x03;
    public const byte OctetString = 0x04;
    public const byte ObjectIdentifier = 0x06;
    public const byte Sequence = 0x30;

    private ReadOnlySpan<byte> rest = der;

    public readonly bool AtEnd => rest.IsEmpty;

    /// <summary>The tag of what comes next, 0 at the end.</summary>
    public readonly byte Next => rest.IsEmpty ? (byte)0 : rest[0];

    public bool TryRead(byte tag, out ReadOnlySpan<byte> content)
    {
        content = default;
        if (rest.Length < 2 || rest[0] != tag || !TryLength(rest[1..], out var header, out var length) || rest.Length - 1 - header < length)
        {
            return false;
        }

        content = rest.Slice(1 + header, length);
        rest = rest[(1 + header + length)..];
        return true;
    }

    /// <summary>A structure that fills the rest.</summary>
    public bool TryReadLast(byte tag, out ReadOnlySpan<byte> content) => TryRead(tag, out content) && AtEnd;

    /// <summary>A positive integer, big endian without the zero in front.</summary>
    public bool TryReadPositive(out ReadOnlySpan<byte> magnitude)
    {
        if (!TryRead(Integer, out magnitude))
        {
            return false;
        }

        switch (magnitude)
        {
            case [0, >= 0x80, ..]:
                magnitude = magnitude[1..];
                return true;
            case [>= 1 and < 0x80, ..]:
                return true;
            default:
                return false;
        }
    }

    private static bool TryLength(ReadOnlySpan<byte> from, out int header, out int length)
    {
        (header, length) = from switch
        {
            [< 0x80 and var one, ..] => (1, one),
            [0x81, >= 0x80 and var one, ..] => (2, one),
            [0x82, > 0 and var high, var low, ..] => (3, (high << 8) | low),
            _ => (0, 0),
        };
        return header > 0;
    }
}
