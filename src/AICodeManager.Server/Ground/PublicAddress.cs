using System.Net;
using System.Net.Sockets;

namespace AICodeManager.Server.Ground;

/// <summary>
/// Whether an address belongs to the public internet. Everything that the IANA special-purpose registries (RFC 6890)
/// keep for private, local, shared, translated or future use does not.
/// </summary>
public static class PublicAddress
{
    private static readonly IPNetwork[] Special4 =
    [.. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
        ]).Select(text => IPNetwork.Parse(text))];

    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    // Within 2000::/3: protocol assignments with Teredo and ORCHID, documentation, and 6to4, which can carry any IPv4 address.
    private static readonly IPNetwork[] Special6 =
        [.. ((string[])["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]).Select(text => IPNetwork.Parse(text))];

    public static bool Is(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Special4.Any(n => n.Contains(address)),
            AddressFamily.InterNetworkV6 => Global6.Contains(address) && !Special6.Any(n => n.Contains(address)),
            _ => false,
        };
    }
}
