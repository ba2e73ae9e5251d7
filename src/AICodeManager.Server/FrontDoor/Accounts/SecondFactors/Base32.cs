namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>RFC 4648 section 6 without padding: what people can read out and type.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>Encodes whole groups.</summary>
    /// <param name="bytes">A multiple of 5 bytes: no padding is ever needed.</param>
    /// <exception cref="ArgumentException">The length is not a multiple of 5.</exception>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % 5 != 0)
        {
            throw new ArgumentException("Only multiples of 5 bytes are encoded.", nameof(bytes));
        }

        Span<char> text = stackalloc char[bytes.Length / 5 * 8];
        for (int group = 0, at = 0; group < bytes.Length; group += 5)
        {
            ulong bits = 0;
            foreach (var b in bytes.Slice(group, 5))
            {
                bits = (bits << 8) | b;
            }

            for (var shift = 35; shift >= 0; shift -= 5)
            {
                text[at++] = Alphabet[(int)(bits >> shift) & 31];
            }
        }

        return new string(text);
    }
}
