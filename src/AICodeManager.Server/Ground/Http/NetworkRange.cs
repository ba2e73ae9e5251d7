using System.Globalization;
using System.Net;

namespace AICodeManager.Server.Ground.Http;

/// <summary>
/// The networks that a block or an exemption speaks of: an IPv4 range of /8 to /32 or an IPv6 range of /16 to /64. An
/// address stands for its <see cref="ClientNetwork"/>.
/// </summary>
/// <param name="Bits">The first address, IPv4 mapped into IPv6, without the bits beyond <paramref name="Length"/>.</param>
/// <param name="Length">Of the prefix, of 128 bits: an IPv4 /24 is 120.</param>
public readonly record struct NetworkRange(UInt128 Bits, int Length)
{
    public const string Accepted = "an IP address, an IPv4 range of /8 to /32 or an IPv6 range of /16 to /64";

    private const int Mapped = 96;

    public static NetworkRange Of(ClientNetwork network) => new(network.Bits, network.IsV4 ? 128 : 64);

    /// <summary>The range of that length that the network lies in.</summary>
    public static NetworkRange Of(ClientNetwork network, int length) => new(network.Bits & Mask(length), length);

    public static bool TryParse(string? text, out NetworkRange range)
    {
        range = default;
        if (text is not { Length: > 1 and <= 64 } || text.Split('/') is not { Length: 1 or 2 } parts
            || parts[0].Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(parts[0], out var address)
            || (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && address.ToString() != parts[0]))
        {
            return false;
        }

        var network = ClientNetwork.Of(address);
        if (parts.Length == 1)
        {
            range = Of(network);
            return true;
        }

        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            || (network.IsV4 ? length is < 8 or > 32 : length is < 16 or > 64))
        {
            return false;
        }

        range = Of(network, network.IsV4 ? Mapped + length : length);
        return true;
    }

    /// <summary>The one network that this is; null for a range of several.</summary>
    public ClientNetwork? Network => Length == (IsV4 ? 128 : 64) ? new ClientNetwork(Bits) : null;

    // An IPv6 range of less than 96 bits could hold the mapped addresses of all of IPv4, which it does not mean.
    public bool Contains(ClientNetwork network) => (network.Bits & Mask(Length)) == Bits && network.IsV4 == IsV4;

    /// <summary><c>203.0.113.7</c>, <c>203.0.113.0/24</c> or <c>2001:db8:1::/48</c>.</summary>
    public override string ToString() => this switch
    {
        { IsV4: true, Length: 128 } => new ClientNetwork(Bits).ToString(),
        { IsV4: true } => $"{new ClientNetwork(Bits)}/{Length - Mapped}",
        // A network is written with its /64.
        _ => $"{new ClientNetwork(Bits).ToString()[..^"/64".Length]}/{Length}",
    };

    private bool IsV4 => Length >= Mapped && new ClientNetwork(Bits).IsV4;

    private static UInt128 Mask(int length) => length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);
}
