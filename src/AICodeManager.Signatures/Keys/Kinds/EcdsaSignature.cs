using AICodeManager.Signatures.Keys.Formats;

namespace AICodeManager.Signatures.Keys.Kinds;

/// <summary>
/// Writes r and s as the DER (RFC 3279 section 2.2.3) that the cryptographic library reads. The framework would do so
/// too, but allocates 1.2 kB each time. DER itself is never taken from outside.
/// </summary>
internal static class EcdsaSignature
{
    /// <summary>The most octets for P-256: two integers of 33 octets and three headers.</summary>
    public const int MostOctets = 2 + (2 * (2 + P256.Size + 1));

    /// <param name="fixedSize">r and s, 32 octets each</param>
    public static int WriteDer(ReadOnlySpan<byte> fixedSize, Span<byte> der)
    {
        var written = WriteInteger(fixedSize[..P256.Size], der[2..]);
        written += WriteInteger(fixedSize[P256.Size..], der[(2 + written)..]);
        der[0] = DerReader.Sequence;
        der[1] = (byte)written;
        return 2 + written;
    }

    private static int WriteInteger(ReadOnlySpan<byte> number, Span<byte> to)
    {
        // The fewest octets, with a zero in front where the number would look negative; zero itself has one.
        var digits = number.TrimStart((byte)0);
        var front = digits.IsEmpty || digits[0] >= 0x80 ? 1 : 0;
        to[0] = DerReader.Integer;
        to[1] = (byte)(front + digits.Length);
        to[2] = 0;
        digits.CopyTo(to[(2 + front)..]);
        return 2 + front + digits.Length;
    }
}
