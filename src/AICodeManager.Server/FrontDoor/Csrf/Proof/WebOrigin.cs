using System.Buffers;
using System.Globalization;

namespace AICodeManager.Server.FrontDoor.Csrf.Proof;

/// <summary>
/// A web origin (RFC 6454 section 4): scheme, host and port, each compared whole. It is read only from the form in which
/// browsers write it, so that nothing that merely begins or ends like an origin of ours is one.
/// </summary>
/// <param name="Scheme"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">In lower case; an IPv6 address in brackets.</param>
/// <param name="Port">The scheme's own where none was written.</param>
public readonly record struct WebOrigin(string Scheme, string Host, int Port)
{
    private const int MaxLength = 300;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("abcdef0123456789:.");
    private static readonly SearchValues<char> PathBegins = SearchValues.Create("/?#");

    /// <summary>Reads an <c>Origin</c>; null for <c>null</c>, for more than an origin (user information, a path) and for other schemes.</summary>
    public static WebOrigin? Read(string? text)
    {
        if (text is null or { Length: > MaxLength } || text.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var end))
            return null;
        return Of(text[..end], text[(end + 3)..]);
    }

    /// <summary>The origin of a URL, as <c>Referer</c> carries one.</summary>
    public static WebOrigin? OfUrl(string? url)
    {
        if (url is null || url.IndexOf("://", StringComparison.Ordinal) is not (> 0 and var end))
            return null;
        var path = url.AsSpan(end + 3).IndexOfAny(PathBegins);
        return Read(path < 0 ? url : url[..(end + 3 + path)]);
    }

    /// <summary>The origin that a request names as its own address.</summary>
    /// <param name="authority">As in <c>Host</c>.</param>
    public static WebOrigin? Of(string scheme, string authority)
    {
        scheme = scheme.ToLowerInvariant();
        var host = authority.ToLowerInvariant();
        if (scheme is not ("http" or "https") || host.Length is 0 or > MaxLength)
            return null;

        var port = scheme == "https" ? 443 : 80;
        var colon = host.LastIndexOf(':');
        if (colon > host.LastIndexOf(']'))
        {
            if (!IsPort(host.AsSpan(colon + 1), out port))
                return null;
            host = host[..colon];
        }

        return IsHost(host) ? new WebOrigin(scheme, host, port) : null;
    }

    // At most five digits, none of them a leading zero: one text for each port.
    private static bool IsPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= 65535 && text[0] != '0';

    private static bool IsHost(string host) => host is ['[', .. var address, ']']
        ? address.Length > 0 && !address.AsSpan().ContainsAnyExcept(AddressCharacters)
        : host.Length > 0 && !host.AsSpan().ContainsAnyExcept(NameCharacters);
}
