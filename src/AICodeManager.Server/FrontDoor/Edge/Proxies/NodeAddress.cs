using System.Net;
using System.Net.Sockets;

namespace AICodeManager.Server.FrontDoor.Edge.Proxies;

/// <summary>Addresses as proxies write them (RFC 7239 section 6, and the habits of <c>X-Forwarded-For</c>).</summary>
internal static class NodeAddress
{
    /// <summary>
    /// <c>203.0.113.7</c>, <c>203.0.113.7:4711</c>, <c>2001:db8::7</c>, <c>[2001:db8::7]</c>, <c>[2001:db8::7]:4711</c>; IPv4
    /// within IPv6 becomes IPv4. Null for anything else: <c>unknown</c>, <c>_names</c>, zones, addresses of nobody, and spellings of IPv4 other
    /// than four decimal numbers (<c>0x7f.1</c>, <c>010.0.0.1</c>), in which two readers may see two addresses.
    /// </summary>
    public static IPAddress? Parse(ReadOnlySpan<char> text) =>
        Read(text) is { } address && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any) ? address : null;

    /// <summary>An address as everything behind the edge sees it: IPv4 wherever it is one.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Whether this is IPv4 in its usual spelling: four decimal numbers without leading zeros.</summary>
    public static bool IsV4(ReadOnlySpan<char> text)
    {
        var (part, digits, parts) = (0, 0, 1);
        foreach (var c in text)
        {
            if (c == '.')
            {
                if (digits == 0 || ++parts > 4)
                    return false;
                (part, digits) = (0, 0);
                continue;
            }

            if (!char.IsAsciiDigit(c) || (digits > 0 && part == 0))
                return false;
            (part, digits) = (part * 10 + (c - '0'), digits + 1);
            if (part > 255)
                return false;
        }

        return parts == 4 && digits > 0;
    }

    private static IPAddress? Read(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > 64)
            return null;
        if (text[0] == '[')
        {
            var end = text.IndexOf(']');
            return end > 0 && IsPortOrNothing(text[(end + 1)..]) ? V6(text[1..end]) : null;
        }

        var colon = text.IndexOf(':');
        if (colon >= 0 && text[(colon + 1)..].Contains(':'))
            return V6(text);
        return colon < 0 ? V4(text) : IsPortOrNothing(text[colon..]) ? V4(text[..colon]) : null;
    }

    private static IPAddress? V4(ReadOnlySpan<char> text) => IsV4(text) ? IPAddress.Parse(text) : null;

    private static IPAddress? V6(ReadOnlySpan<char> text) =>
        !text.Contains('%') && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? Plain(address)
            : null;

    private static bool IsPortOrNothing(ReadOnlySpan<char> text) =>
        text.Length == 0 || (text.Length is > 1 and <= 6 && text[0] == ':' && !text[1..].ContainsAnyExceptInRange('0', '9'));
}
