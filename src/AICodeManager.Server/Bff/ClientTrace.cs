using System.Net;
using System.Net.Sockets;
using AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

namespace AICodeManager.Server.Bff;

/// <summary>
/// Says who asked (RFC 7239, and the older headers), and by whom it came (RFC 9110 section 7.6.3). What the request itself says of it is dropped: anybody can write
/// that (spec C11).
/// </summary>
internal static class ClientTrace
{
    private const string Forwarded = "Forwarded", For = "X-Forwarded-For", Proto = "X-Forwarded-Proto", Host = "X-Forwarded-Host";

    /// <summary>Whether the header claims what only a proxy may say.</summary>
    public static bool Claims(string name) =>
        name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
        || name.Equals(Forwarded, StringComparison.OrdinalIgnoreCase)
        || name.Equals("X-Real-IP", StringComparison.OrdinalIgnoreCase);

    public static void Write(HttpContext from, HttpRequestMessage to)
    {
        foreach (var hop in from.Request.Headers.Via)
            to.Headers.TryAddWithoutValidation("Via", hop);
        to.Headers.TryAddWithoutValidation("Via", $"1.1 {KeyCookieLayer.BffName}");
        var (scheme, host) = (from.Request.Scheme, from.Request.Host.Value ?? "");
        var address = from.Connection.RemoteIpAddress is { } ip ? (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip) : null;
        if (address is not null)
            to.Headers.TryAddWithoutValidation(For, address.ToString());
        to.Headers.TryAddWithoutValidation(Proto, scheme);
        if (host.Length > 0)
            to.Headers.TryAddWithoutValidation(Host, host);
        to.Headers.TryAddWithoutValidation(Forwarded, $"for={Node(address)};proto={scheme}{(IsQuotable(host) ? $";host=\"{host}\"" : "")}");
    }

    // RFC 7239 section 6: an IPv6 address stands in brackets and quotes; whom nobody knows is "unknown".
    private static string Node(IPAddress? address) => address switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6 } => $"\"[{address}]\"",
        _ => address.ToString(),
    };

    private static bool IsQuotable(string host) => host.Length > 0 && !host.AsSpan().ContainsAny('"', '\\');
}
