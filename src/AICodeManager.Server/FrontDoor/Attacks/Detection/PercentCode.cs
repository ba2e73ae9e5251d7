using System.Buffers;
using System.Text;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>
/// Undoes percent-encoding (RFC 3986 section 2.1) once: of what came as the wire had it, and of what is left of it in a value.
/// Bytes that are no UTF-8 become U+FFFD, escapes that are none stay as they are.
/// </summary>
internal static class PercentCode
{
    /// <summary>Writes the decoded text and says how long it is: as long as the text where nothing was decoded.</summary>
    /// <param name="into">At least as long as the text.</param>
    /// <param name="plusIsBlank">As in queries and forms.</param>
    public static int Decode(ReadOnlySpan<char> text, Span<char> into, bool plusIsBlank = false)
    {
        var written = 0;
        for (var at = 0; at < text.Length;)
        {
            if (Byte(text[at..]) is not { } first)
            {
                into[written++] = plusIsBlank && text[at] == '+' ? ' ' : text[at];
                at++;
                continue;
            }

            at += 3;
            if (first < 0x80)
            {
                into[written++] = (char)first;
                continue;
            }

            // Bytes that belong together in UTF-8; three of them never become more characters than they were written with.
            Span<byte> bytes = [first, 0, 0, 0];
            var count = 1;
            while (count < 4 && Byte(text[Math.Min(at, text.Length)..]) is >= 0x80 and < 0xC0 and var next)
            {
                bytes[count++] = next;
                at += 3;
            }

            written += Rune.DecodeFromUtf8(bytes[..count], out var rune, out _) == OperationStatus.Done
                ? rune.EncodeToUtf16(into[written..])
                : Rune.ReplacementChar.EncodeToUtf16(into[written..]);
        }

        return written;
    }

    private static byte? Byte(ReadOnlySpan<char> text) =>
        text is ['%', var high, var low, ..] && char.IsAsciiHexDigit(high) && char.IsAsciiHexDigit(low)
            ? (byte)(Nibble(high) << 4 | Nibble(low))
            : null;

    private static int Nibble(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
