namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>The host of a URL, and whether it is spelled to hide which it is.</summary>
internal static class Address
{
    public static Finding Judge(ReadOnlySpan<char> text, int afterScheme)
    {
        var at = afterScheme;
        var slashes = 0;
        while (text.At(at) is '/' or '\\' && slashes < 16)
        {
            at++;
            slashes++;
        }

        // Behind whatever name and password: the last @ before the path.
        var rest = text.Ahead(at, 256);
        var end = rest.IndexOfAny("/?# \n");
        var authority = end < 0 ? rest : rest[..end];
        var user = authority.LastIndexOf('@');
        var host = authority[(user + 1)..];
        if (host.IsEmpty || slashes == 0 && FoldedText.IsBlank(text.At(at)))
            return default;
        if (ProtocolWords.IsMetadata(host))
            return ProtocolDetector.Strong("ssrf.metadata");
        if (IsOddNumber(host))
            return ProtocolDetector.Strong("ssrf.hidden_address");
        if (host[0] == '[')
            return IsInnerSix(host) ? ProtocolDetector.Strong("ssrf.hidden_address") : default;
        if (authority.Contains('\\'))
            return ProtocolDetector.Strong("ssrf.hidden_host");
        // "https:example.com" and three slashes: browsers repair it, filters do not see a host.
        if (slashes is not 2 && text[0] is 'h' or 'H' && host.Contains('.'))
            return ProtocolDetector.Strong("redirect.hidden");
        if (host.Length > 8 && (host[^1] | 0x20) is 'o' or 'e' or 'l' && IsInner(host))
            return ProtocolDetector.Weak("ssrf.inner");
        return user >= 0 ? ProtocolDetector.Weak("redirect.user") : default;
    }

    /// <summary>An address in decimal, octal or hexadecimal, or with fewer than four parts: <c>2130706433</c>, <c>0x7f.1</c>, <c>0177.0.0.1</c>.</summary>
    private static bool IsOddNumber(ReadOnlySpan<char> host)
    {
        var port = host.IndexOf(':');
        if (port >= 0)
            host = host[..port];
        if (host.IsEmpty || host[^1] is '.')
            return false;
        int parts = 1, length = 0;
        var odd = false;
        for (var i = 0; i < host.Length; i++)
        {
            var c = host[i];
            if (c == '.')
            {
                if (length == 0)
                    return false;
                parts++;
                length = 0;
                continue;
            }

            var start = length == 0;
            length++;
            if (char.IsAsciiDigit(c))
            {
                odd |= start && c == '0' && char.IsAsciiLetterOrDigit(host.At(i + 1));
                continue;
            }

            // Hexadecimal: an x behind a leading 0, and then its digits.
            var hex = i > 0 && c is 'x' or 'X' && host[i - 1] == '0' && length == 2;
            if (!hex && !(char.IsAsciiHexDigit(c) && IsHexPart(host, i)))
                return false;
        }

        return odd || parts < 4;
    }

    private static bool IsHexPart(ReadOnlySpan<char> host, int at)
    {
        var start = at;
        while (start > 0 && host[start - 1] != '.' && at - start < 24)
            start--;
        return host.StartsAt(start, "0x");
    }

    /// <summary>Link-local, unspecified and mapped addresses of IPv6, and long spellings of loopback; <c>[::1]</c> is every developer's link.</summary>
    private static bool IsInnerSix(ReadOnlySpan<char> host) =>
        host.StartsAt(1, "::]") || host.StartsAt(1, "fe80:") || host.StartsAt(1, "fd") || host.StartsAt(1, "fc") || host.Has("::ffff:") || host.Has(":ffff:")
        || host.StartsAt(1, "0000:") || host.StartsAt(1, "0:0:") || host.Contains('%') || host.Contains("::127.", StringComparison.Ordinal) || host.Count('.') == 3;

    /// <summary>Public names that stand for an inner address. Plain <c>localhost</c> and private networks are every developer's links.</summary>
    private static bool IsInner(ReadOnlySpan<char> host) =>
        host.Has(".nip.io") || host.Has(".xip.io") || host.Has(".sslip.io") || host.Has("localtest.me") || host.Has("lvh.me") || host.Has(".docker.internal") || host.Has("containers.internal");
}
