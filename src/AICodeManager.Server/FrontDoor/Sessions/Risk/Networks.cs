using System.Net;
using System.Net.Sockets;

namespace AICodeManager.Server.FrontDoor.Sessions.Risk;

/// <summary>How near two addresses are to each other.</summary>
internal enum Nearness
{
    Same,

    /// <summary>The same /24 of IPv4 or /64 of IPv6.</summary>
    SameNetwork,

    Other,
}

/// <summary>Compares addresses by their networks. An IPv4 address written in IPv6 is the IPv4 address.</summary>
internal static class Networks
{
    private const int IPv4NetworkBytes = 24 / 8;
    private const int IPv6NetworkBytes = 64 / 8;

    /// <summary>An unknown address is near another unknown one only.</summary>
    public static Nearness Compare(IPAddress? known, IPAddress? now)
    {
        if (ReferenceEquals(known, now) || (known is not null && known.Equals(now)))
            return Nearness.Same;
        if (known is null || now is null)
            return Nearness.Other;

        Span<byte> first = stackalloc byte[16];
        Span<byte> second = stackalloc byte[16];
        var a = Bytes(known, first);
        var b = Bytes(now, second);
        if (a.SequenceEqual(b))
            return Nearness.Same; // they differ in notation or in the link's number only
        if (IPAddress.IsLoopback(known) && IPAddress.IsLoopback(now))
            return Nearness.SameNetwork; // 127.0.0.1 and ::1 are one machine
        var network = a.Length == 4 ? IPv4NetworkBytes : IPv6NetworkBytes;
        return a.Length == b.Length && a[..network].SequenceEqual(b[..network]) ? Nearness.SameNetwork : Nearness.Other;
    }

    private static ReadOnlySpan<byte> Bytes(IPAddress address, Span<byte> buffer)
    {
        address.TryWriteBytes(buffer, out var written);
        return address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6 ? buffer[12..written] : buffer[..written];
    }
}
