using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AICodeManager.Server.Ground.Http;

/// <summary>
/// Names requests: 32 hexadecimal digits that sort by time and that no two processes give. They find things in the log
/// and are no secret, so they cost no random bytes each.
/// </summary>
internal static class RequestId
{
    private static readonly uint Process = BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(4));
    private static long count = RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>48 bits of milliseconds since 1970, 32 of the process, 48 of a counter.</summary>
    public static string Next(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, now.ToUnixTimeMilliseconds() << 16);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Interlocked.Increment(ref count));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[6..], Process);
        return Convert.ToHexStringLower(bytes);
    }
}
