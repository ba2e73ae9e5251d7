using System.Globalization;
using System.Text;

namespace AICodeManager.Tests.Signatures.Conformance;

/// <summary>
/// A URL as the suite's clients send it: RFC 3986 section 6.2.2 and 6.2.3, which is a client's work before it sends. The
/// shipped code covers what goes over the wire byte for byte and changes nothing but the host's case and a default port.
/// </summary>
internal static class CanonicalUrl
{
    /// <param name="names">Whether names in other scripts are written as A-labels; on the wire they are not.</param>
    public static WireRequest Request(string method, string url, bool names)
    {
        var colon = url.IndexOf("://", StringComparison.Ordinal);
        var rest = url[(colon + 3)..].Split('#')[0];
        var end = rest.AsSpan().IndexOfAny('/', '?');
        var (authority, target) = end < 0 ? (rest, "") : (rest[..end], rest[end..]);
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (target, "") : (target[..question], target[question..]);
        return new WireRequest(method, WithoutDots(Percent(path)) + query, Host(authority[(authority.LastIndexOf('@') + 1)..], names), url[..colon].ToLowerInvariant());
    }

    // One dot at the end of a name is the root's; two are no name.
    private static string Host(string authority, bool names)
    {
        var port = authority.StartsWith('[') ? -1 : authority.IndexOf(':', StringComparison.Ordinal);
        var (host, rest) = port < 0 ? (authority, "") : (authority[..port], authority[port..]);
        if (host.EndsWith('.') && !host.EndsWith("..", StringComparison.Ordinal))
        {
            host = host[..^1];
        }

        return (names && !Ascii.IsValid(host) ? new IdnMapping().GetAscii(host.ToLowerInvariant()) : host) + rest;
    }

    private static string Percent(string path)
    {
        var text = new StringBuilder();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '%')
            {
                text.Append(path[i]);
                continue;
            }

            var octet = (char)byte.Parse(path.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            _ = char.IsAsciiLetterOrDigit(octet) || octet is '-' or '.' or '_' or '~' ? text.Append(octet) : text.Append('%').Append($"{(int)octet:X2}");
            i += 2;
        }

        return text.ToString();
    }

    // RFC 3986 section 5.2.4, for paths that start with a slash.
    private static string WithoutDots(string path)
    {
        var kept = new List<string>();
        var segments = path.Length == 0 ? [""] : path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i] == ".." && kept.Count > 0)
            {
                kept.RemoveAt(kept.Count - 1);
            }

            if (segments[i] is not ("." or ".."))
            {
                kept.Add(segments[i]);
            }
            else if (i == segments.Length - 1)
            {
                kept.Add("");
            }
        }

        return "/" + string.Join('/', kept);
    }
}
