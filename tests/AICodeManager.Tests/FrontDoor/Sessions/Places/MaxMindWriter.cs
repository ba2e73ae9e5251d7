using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace AICodeManager.Tests.FrontDoor.Sessions.Places;

/// <summary>Writes databases in MaxMind's format, good ones and such as no honest writer makes.</summary>
internal sealed class MaxMindWriter(int recordBits = 24, int ipVersion = 4)
{
    private readonly List<long[]> nodes = [NewNode()];
    private readonly List<byte> data = [];

    private const long Empty = -1;

    public int NextOffset => data.Count;

    /// <summary>Appends a field to the data section; returns its offset.</summary>
    public int Add(byte[] field)
    {
        var offset = data.Count;
        data.AddRange(field);
        return offset;
    }

    /// <summary>Leads the addresses of a network to an offset of the data section.</summary>
    public MaxMindWriter Lead(string network, int offset)
    {
        var parsed = IPNetwork.Parse(network);
        var bytes = parsed.BaseAddress.GetAddressBytes();
        var node = 0;
        for (var bit = 0; bit < parsed.PrefixLength; bit++)
        {
            var side = (bytes[bit / 8] >> (7 - (bit % 8))) & 1;
            if (bit == parsed.PrefixLength - 1)
            {
                nodes[node][side] = -2 - offset;
                break;
            }
            if (nodes[node][side] == Empty)
            {
                nodes[node][side] = nodes.Count;
                nodes.Add(NewNode());
            }
            node = (int)nodes[node][side];
        }
        return this;
    }

    public byte[] Build(byte[]? metadata = null)
    {
        var file = new List<byte>();
        foreach (var node in nodes)
        {
            var (left, right) = (Record(node[0]), Record(node[1]));
            file.AddRange(recordBits switch
            {
                24 => [.. Number(left, 3), .. Number(right, 3)],
                28 => [.. Number(left & 0xFFFFFF, 3), (byte)(((left >> 24) << 4) | (right >> 24)), .. Number(right & 0xFFFFFF, 3)],
                _ => (byte[])[.. Number(left, 4), .. Number(right, 4)],
            });
        }
        file.AddRange(new byte[16]);
        file.AddRange(data);
        file.AddRange([0xAB, 0xCD, 0xEF]);
        file.AddRange("MaxMind.com"u8);
        file.AddRange(metadata ?? Metadata(nodes.Count));
        return [.. file];
    }

    public byte[] Metadata(long nodeCount, int? bits = null, int? version = null, int major = 2) => Map(
        ("node_count", UInt32(nodeCount)), ("record_size", UInt16(bits ?? recordBits)), ("ip_version", UInt16(version ?? ipVersion)),
        ("database_type", Text("Test")), ("binary_format_major_version", UInt16(major)));

    public static byte[] Map(params (string Key, byte[] Value)[] pairs) =>
        [.. Control(7, pairs.Length), .. pairs.SelectMany(pair => (byte[])[.. Text(pair.Key), .. pair.Value])];

    public static byte[] Text(string text) => [.. Control(2, Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    public static byte[] Bytes(int count) => [.. Control(4, count), .. new byte[count]];

    public static byte[] Double(double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return [.. Control(3, 8), .. bytes];
    }

    public static byte[] Float(float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, value);
        return [4, 8, .. bytes];
    }

    public static byte[] UInt16(int value) => [.. Control(5, 2), .. Number(value, 2)];

    public static byte[] UInt32(long value) => [.. Control(6, 4), .. Number(value, 4)];

    /// <summary>A pointer in one of the four sizes, 0 to 3.</summary>
    public static byte[] Pointer(int target, int size)
    {
        var value = target - size switch { 1 => 2_048, 2 => 526_336, _ => 0 };
        return size == 3
            ? [0x38, .. Number(value, 4)]
            : [(byte)(0x20 | (size << 3) | (value >> ((size + 1) * 8))), .. Number(value & ((1 << ((size + 1) * 8)) - 1), size + 1)];
    }

    public static byte[] Control(int type, int size) => size switch
    {
        < 29 => [(byte)((type << 5) | size)],
        < 285 => [(byte)((type << 5) | 29), (byte)(size - 29)],
        < 65_821 => [(byte)((type << 5) | 30), .. Number(size - 285, 2)],
        _ => [(byte)((type << 5) | 31), .. Number(size - 65_821, 3)],
    };

    private static long[] NewNode() => [Empty, Empty];

    private long Record(long entry) => entry >= 0 ? entry : entry == Empty ? nodes.Count : nodes.Count + 16 + (-2 - entry);

    private static byte[] Number(long value, int bytes) => [.. Enumerable.Range(0, bytes).Select(i => (byte)(value >> (8 * (bytes - 1 - i))))];
}
