using System.Net;
using System.Net.Sockets;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Networks of addresses (RFC 4632, RFC 4291 section 2.3).</summary>
internal static class Networks
{
    /// <summary>One network, or one address as the network of itself.</summary>
    public static readonly Form<IPNetwork> Network = new(
        "a network such as 10.0.0.0/8 or 2001:db8::/32 whose bits beyond the prefix are zero, or one address such as 127.0.0.1", Read);

    private static Outcome<IPNetwork> Read(string text)
    {
        var slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address)
            || (address.AddressFamily == AddressFamily.InterNetwork && !text.StartsWith(address.ToString(), StringComparison.Ordinal))
            || (slash > 0 && address.AddressFamily == AddressFamily.InterNetwork && address.ToString().Length != slash)
            || text.Contains('%'))
        {
            return Outcome.Wrong<IPNetwork>("is not a network");
        }

        if (address.IsIPv4MappedToIPv6)
            return Outcome.Wrong<IPNetwork>("is IPv4 within IPv6; addresses are compared as IPv4: write it so");
        if (slash < 0)
            return Outcome.Of(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
        if (!IPNetwork.TryParse(text, out var network) || !network.BaseAddress.Equals(address))
            return Outcome.Wrong<IPNetwork>("is not a network, or has bits beyond its prefix");
        return network.PrefixLength == 0
            ? Outcome.Wrong<IPNetwork>("is every address there is: anybody could then claim to be anybody")
            : Outcome.Of(network);
    }
}
