using System.Buffers;
using System.Text;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>The percent signs of a display string (RFC 9651 section 4.2.10): UTF-8, each byte as % and two small hex digits.</summary>
internal static class SfPercent
{
    private const string Hex = "0123456789abcdef";

    /// <summary>One character of Unicode, spelt with one to four percent signs at the start of the text.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out Rune rune, out int length)
    {
        Span<byte> bytes = stackalloc byte[4];
        rune = default;
        length = 0;
        for (var count = 0; count < bytes.Length; count++, length += 3)
        {
            if (length + 3 > text.Length || text[length] != '%')
                return false;
            var (high, low) = (Hex.IndexOf(text[length + 1]), Hex.IndexOf(text[length + 2]));
            if (high < 0 || low < 0)
                return false;
            bytes[count] = (byte)(high << 4 | low);
            switch (Rune.DecodeFromUtf8(bytes[..(count + 1)], out rune, out _))
            {
                case OperationStatus.Done:
                    length += 3;
                    return true;
                case OperationStatus.InvalidData:
                    return false;
            }
        }

        return false;
    }

    /// <summary>Writes one character of Unicode as percent signs.</summary>
    public static void Write(Rune rune, StringBuilder to)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var b in bytes[..rune.EncodeToUtf8(bytes)])
            to.Append('%').Append(Hex[b >> 4]).Append(Hex[b & 15]);
    }
}
