using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AICodeManager.Server.Ground;

/// <summary>
/// base64url in which each value has exactly one text: no padding, no blanks, unused bits zero (RFC 7515 section 2,
/// RFC 4648 section 3.5). The framework's own decoder refuses set unused bits, but forgives padding and blanks.
/// </summary>
public static class StrictBase64Url
{
    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Bytes that a text of this many characters stands for.</summary>
    public static int DecodedLength(int textLength) => textLength / 4 * 3 + Math.Max(0, textLength % 4 - 1);

    /// <summary>Decodes; false where the text is not the one text of a value, or the destination too small.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        return !text.ContainsAnyExcept(Alphabet)
            && Base64Url.DecodeFromUtf8(text, destination, out _, out written) == OperationStatus.Done;
    }

    /// <summary>The same for text that is not in bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        written = 0;
        return !text.ContainsAnyExcept(Characters)
            && Base64Url.DecodeFromChars(text, destination, out _, out written) == OperationStatus.Done;
    }

    /// <summary>The bytes, or null where the text is not the one text of a value.</summary>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var ascii = new byte[text.Length];
        var bytes = new byte[DecodedLength(text.Length)];
        return Ascii.FromUtf16(text, ascii, out _) == OperationStatus.Done && TryDecode(ascii, bytes, out _) ? bytes : null;
    }
}
