using System.Text.Unicode;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>Bodies as the text that they are.</summary>
internal static class BodyText
{
    /// <summary>Characters of UTF-8 text; what is none becomes U+FFFD.</summary>
    /// <param name="to">As long as <paramref name="bytes"/>.</param>
    public static int Read(ReadOnlySpan<byte> bytes, Span<char> to)
    {
        Utf8.ToUtf16(bytes, to, out _, out var characters, replaceInvalidSequences: true);
        return characters;
    }
}
