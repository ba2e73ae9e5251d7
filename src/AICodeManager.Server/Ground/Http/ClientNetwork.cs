using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AICodeManager.Server.Ground.Http;

/// <summary>
/// Whom a request is charged to: an IPv4 address, or the /64 of an IPv6 one, for that is what one line is given
/// (RFC 6177, RFC 4291 section 2.5.1). Every counter and block that goes by address goes by this.
/// </summary>
/// <param name="Bits">The address, IPv4 mapped into IPv6; the lower 64 bits of an IPv6 one are zero.</param>
public readonly record struct ClientNetwork(UInt128 Bits)
{
    private static readonly UInt128 MappedPrefix = (UInt128)0xffff << 32;

    /// <summary>An IPv4 address, not an IPv6 network.</summary>
    public bool IsV4 => Bits >> 32 == MappedPrefix >> 32;

    /// <summary>As the name of a key of the shared store: 32 hexadecimal digits.</summary>
    public string Key => Bits.ToString("x32");

    /// <summary>That of the client as the edge settled it; all zero where there is none (a Unix socket).</summary>
    public static ClientNetwork Of(HttpContext context) => Of(context.Connection.RemoteIpAddress);

    public static ClientNetwork Of(IPAddress? address)
    {
        if (address is null)
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[16];
        var v6 = address.AddressFamily == AddressFamily.InterNetworkV6 && !address.IsIPv4MappedToIPv6;
        (v6 ? address : address.MapToIPv6()).TryWriteBytes(bytes, out _);
        if (v6)
        {
            bytes[8..].Clear();
        }

        return new(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary><c>203.0.113.7</c>, or <c>2001:db8:1:2::/64</c>.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return IsV4 ? new IPAddress(bytes[12..]).ToString() : $"{new IPAddress(bytes)}/64";
    }
}
