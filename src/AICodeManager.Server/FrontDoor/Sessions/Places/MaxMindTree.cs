using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AICodeManager.Server.FrontDoor.Sessions.Places;

/// <summary>
/// The search tree of a MaxMind DB 2.0 file: one bit of the address a node, so at most 128 steps whatever the file
/// holds, even where a broken tree leads back to itself.
/// </summary>
internal sealed class MaxMindTree
{
    private readonly MaxMindMetadata metadata;

    // IPv4 addresses stand below 96 zero bits of an IPv6 tree; the way there is walked once.
    private readonly long ipv4Start;

    public MaxMindTree(ReadOnlySpan<byte> file, MaxMindMetadata metadata)
    {
        this.metadata = metadata;
        for (var bit = 0; metadata.IpVersion == 6 && bit < 96 && ipv4Start < metadata.NodeCount; bit++)
            ipv4Start = Record(file, ipv4Start, right: false);
    }

    /// <summary>Offset in the data section of what the file holds on an address; null for nothing.</summary>
    /// <exception cref="InvalidDataException">The tree leads out of the file.</exception>
    public int? Find(ReadOnlySpan<byte> file, IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        var ipv4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        if (!ipv4 && metadata.IpVersion == 4)
            return null;
        if (!address.TryWriteBytes(bytes, out var length))
            return null;
        var bits = ipv4 ? bytes[(length - 4)..length] : bytes;

        var record = ipv4 ? ipv4Start : 0;
        for (var i = 0; i < bits.Length * 8 && record < metadata.NodeCount; i++)
            record = Record(file, record, right: (bits[i / 8] & (0x80 >> (i % 8))) != 0);
        if (record <= metadata.NodeCount)
            return record == metadata.NodeCount ? null : throw new InvalidDataException("Its search tree is deeper than an address.");

        var offset = record - metadata.NodeCount - 16;
        return offset >= 0 && offset < metadata.DataEnd - metadata.DataStart
            ? (int)offset
            : throw new InvalidDataException("Its search tree leads out of the file.");
    }

    private long Record(ReadOnlySpan<byte> file, long node, bool right)
    {
        // Below the node count, which was checked against the file, a node lies within the file.
        var size = metadata.RecordBits / 4;
        var at = file.Slice((int)(node * size), size);
        return metadata.RecordBits switch
        {
            24 => right ? UInt24(at[3..]) : UInt24(at),
            // The middle byte holds the highest four bits of both.
            28 => right ? UInt24(at[4..]) | ((uint)(at[3] & 0x0F) << 24) : UInt24(at) | ((uint)(at[3] & 0xF0) << 20),
            _ => BinaryPrimitives.ReadUInt32BigEndian(right ? at[4..] : at),
        };
    }

    private static uint UInt24(ReadOnlySpan<byte> bytes) => ((uint)bytes[0] << 16) | ((uint)bytes[1] << 8) | bytes[2];
}
