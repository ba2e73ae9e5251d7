using System.Text;

namespace AICodeManager.Server.Keeping.Alerts.Smtp;

/// <summary>
/// Text in a header (RFC 2047): as it is where it is printable ASCII, else as encoded words of whole characters, folded so
/// that no line exceeds 76 octets. Whatever the text holds, no line of it can begin a header of its own.
/// </summary>
internal static class EncodedWords
{
    /// <summary>Octets of text in one word: with base64 and frame at most 64 characters, so that no line with the name of its header exceeds 76 (section 2).</summary>
    private const int MaxOctets = 39;

    private const int MaxPlain = 60;

    public static string Of(string text)
    {
        if (text.Length <= MaxPlain && !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains("=?", StringComparison.Ordinal))
            return text;
        List<string> words = [];
        var part = new List<byte>(MaxOctets);
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var length = (Rune.IsControl(rune) ? new Rune(' ') : rune).EncodeToUtf8(octets);
            if (part.Count + length > MaxOctets)
                Close();
            part.AddRange(octets[..length]);
        }

        Close();
        return string.Join("\r\n ", words);

        void Close()
        {
            words.Add($"=?utf-8?B?{Convert.ToBase64String([.. part])}?=");
            part.Clear();
        }
    }
}
