using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>
/// Addresses by the beginning of their text, which is how they are kept: one address, an IPv4 network of /8 to /32, or an
/// IPv6 network whose text every address in it begins with.
/// </summary>
/// <param name="Prefixes">At most 128 beginnings; an address is in the network where it has one of them.</param>
/// <param name="Whole">The prefixes are whole addresses.</param>
public sealed record AddressFilter(IReadOnlyList<string> Prefixes, bool Whole)
{
    public const string Accepted =
        "an IP address, an IPv4 network of /8 to /32 such as 203.0.113.0/24, or an IPv6 network of /16, /32, /48 or /64 without zero groups before its end, such as 2001:db8:1:2::/64";

    public static AddressFilter? Parse(string text)
    {
        if (text.Length > 64 || text.Contains('%') || text.Split('/') is not { Length: 1 or 2 } parts
            || !IPAddress.TryParse(parts[0], out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != parts[0]))
        {
            return null;
        }

        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (parts.Length == 1)
            return new([address.ToString()], Whole: true);
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            return null;
        return address.AddressFamily == AddressFamily.InterNetwork ? V4(address.GetAddressBytes(), length) : V6(address.GetAddressBytes(), length);
    }

    public bool Matches(string? address) => address is not null
        && Prefixes.Any(prefix => Whole ? address == prefix : address.StartsWith(prefix, StringComparison.Ordinal));

    private static AddressFilter? V4(byte[] bytes, int length)
    {
        if (length is < 8 or > 32)
            return null;
        var (whole, rest) = (length / 8, length % 8);
        var head = string.Concat(bytes.Take(whole).Select(part => $"{part}."));
        if (whole == 4)
            return new([head.TrimEnd('.')], Whole: true);
        if (rest == 0)
            return new([head], Whole: false);
        var first = bytes[whole] & (0xff << (8 - rest));
        var last = whole == 3;
        return new([.. Enumerable.Range(first, 1 << (8 - rest)).Select(part => last ? $"{head}{part}" : $"{head}{part}.")], last);
    }

    // "::" may stand for any run of zeros: only where no group of the network is zero, its text begins that of every address in it.
    private static AddressFilter? V6(byte[] bytes, int length)
    {
        if (length is not (16 or 32 or 48 or 64))
            return null;
        var groups = Enumerable.Range(0, length / 16).Select(group => (bytes[2 * group] << 8) | bytes[(2 * group) + 1]).ToArray();
        return groups.Contains(0) ? null : new([string.Concat(groups.Select(group => $"{group:x}:"))], Whole: false);
    }
}
