namespace AICodeManager.Server.Keeping.Backups.Format;

/// <summary>Numbers in 7 bits a byte, lowest first, the highest bit telling that more follow; at most 10 bytes.</summary>
internal static class Varint
{
    public static int Write(Span<byte> to, ulong value)
    {
        var used = 0;
        for (; value >= 0x80; value >>= 7)
        {
            to[used++] = (byte)(value | 0x80);
        }

        to[used++] = (byte)value;
        return used;
    }

    /// <summary>The number, and how many bytes it took; 0 where there is none.</summary>
    public static int Read(ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (var used = 0; used < Math.Min(10, from.Length); used++)
        {
            value |= (ulong)(from[used] & 0x7F) << (7 * used);
            if (from[used] < 0x80)
            {
                return used + 1;
            }
        }

        return 0;
    }
}
