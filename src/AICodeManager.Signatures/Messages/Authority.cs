using System.Buffers;

namespace AICodeManager.Signatures.Messages;

/// <summary>
/// The authority in the one form that both sides sign: lower case, without the scheme's default port (RFC 9421 section 2.2.3).
/// </summary>
internal static class Authority
{
    private const int Most = 255 + 6;

    // RFC 3986 section 3.2.2 without what would have to be decoded first: names in other scripts come as A-labels.
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=");

    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("abcdefABCDEF0123456789:.");

    /// <summary>Splits it into host and port; false where it is no authority that can be signed.</summary>
    /// <param name="port">Empty where the scheme's default port was named, or none.</param>
    public static bool TrySplit(ReadOnlySpan<char> authority, string scheme, out ReadOnlySpan<char> host, out ReadOnlySpan<char> port)
    {
        host = authority;
        port = default;
        if (authority.Length is 0 or > Most)
        {
            return false;
        }

        var end = authority[0] == '[' ? authority.IndexOf(']') + 1 : authority.IndexOf(':');
        if (authority[0] == '[' && (end <= 2 || authority[1..(end - 1)].ContainsAnyExcept(AddressCharacters)))
        {
            return false;
        }

        if (end > 0 && end < authority.Length)
        {
            host = authority[..end];
            port = authority[(end + 1)..];
            if (authority[end] != ':' || port.IsEmpty || port.Length > 5 || port.ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            if (port.SequenceEqual(scheme == "https" ? "443" : scheme == "http" ? "80" : ""))
            {
                port = default;
            }
        }
        else if (end == 0)
        {
            return false;
        }

        return host[0] == '[' || IsName(host);
    }

    // An empty label has no meaning, and a root's dot would give one host two spellings.
    private static bool IsName(ReadOnlySpan<char> host) =>
        !host.IsEmpty && !host.ContainsAnyExcept(NameCharacters) && host[0] != '.' && host[^1] != '.'
        && host.IndexOf("..", StringComparison.Ordinal) < 0;
}
