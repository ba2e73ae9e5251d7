namespace AICodeManager.Signatures.Keys.Formats;

/// <summary>Exactly one block of PEM (RFC 7468) with nothing but white space around it; lines may end in LF or CRLF.</summary>
internal static class PemText
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";

    public static bool Looks(ReadOnlySpan<char> text) => text.StartsWith(Begin);

    /// <summary>The base64 between the lines, white space included. False where the text is no single block.</summary>
    public static bool TryOpen(ReadOnlySpan<char> text, out ReadOnlySpan<char> label, out ReadOnlySpan<char> base64)
    {
        label = base64 = default;
        if (!text.StartsWith(Begin))
        {
            return false;
        }

        var rest = text[Begin.Length..];
        var length = rest.IndexOf(Dashes);
        if (length < 0)
        {
            return false;
        }

        label = rest[..length];
        rest = rest[(length + Dashes.Length)..];
        var close = rest.IndexOf('-');
        if (close < 0)
        {
            return false;
        }

        base64 = rest[..close];
        rest = rest[close..];
        return rest.StartsWith(End)
            && rest[End.Length..].StartsWith(label)
            && rest[(End.Length + label.Length)..].SequenceEqual(Dashes);
    }
}
