using System.Buffers;
using System.Text.Unicode;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>Undoes the one encoding that the server itself undoes before it uses a value, and no more.</summary>
internal static class Decoding
{
    /// <summary>
    /// Percent-decoding as for a query (RFC 3986 section 2.1): bytes that are no UTF-8 become U+FFFD, escapes that are none
    /// stay as they are.
    /// </summary>
    /// <param name="to">At least as long as <paramref name="text"/>.</param>
    /// <param name="plusIsBlank">As in forms and queries.</param>
    /// <returns>Characters written.</returns>
    public static int Percent(ReadOnlySpan<char> text, Span<char> to, bool plusIsBlank)
    {
        byte[]? rented = null;
        Span<byte> bytes = text.Length <= 256 ? stackalloc byte[256] : rented = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            int written = 0, i = 0;
            while (i < text.Length)
            {
                if (text[i] != '%')
                {
                    to[written++] = plusIsBlank && text[i] == '+' ? ' ' : text[i];
                    i++;
                    continue;
                }

                var count = 0;
                while (i + 2 < text.Length && text[i] == '%' && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
                {
                    bytes[count++] = (byte)((Hex(text[i + 1]) << 4) | Hex(text[i + 2]));
                    i += 3;
                }

                if (count == 0)
                {
                    to[written++] = text[i++];
                    continue;
                }

                Utf8.ToUtf16(bytes[..count], to[written..], out _, out var characters, replaceInvalidSequences: true);
                written += characters;
            }

            return written;
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Characters of UTF-8 text; what is none becomes U+FFFD.</summary>
    /// <param name="to">As long as <paramref name="bytes"/>.</param>
    public static int Text(ReadOnlySpan<byte> bytes, Span<char> to)
    {
        Utf8.ToUtf16(bytes, to, out _, out var characters, replaceInvalidSequences: true);
        return characters;
    }

    private static int Hex(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
