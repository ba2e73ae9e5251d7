namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>
/// Token buckets by name in a table of fixed size: no lock, no allocation, some ten nanoseconds. Coarse: among more names
/// than there is room for, those that asked longest ago are forgotten, and two of a million names may share a bucket.
/// Which ones nobody outside can foresee, for names are hashed with a key of this process.
/// </summary>
/// <param name="perSecond">How many a name may take on and on.</param>
/// <param name="burst">How many it may take at once.</param>
/// <param name="names">Names that there is room for; rounded up to a power of two. Eight bytes each.</param>
public sealed class CoarseBuckets(double perSecond, int burst, int names, TimeProvider time)
{
    // A bucket is the time at which it will be full again (GCRA), in steps of 10 µs since the process began: 44 bits last
    // five years. The other 20 tell names of one set apart.
    private const int Ways = 4;
    private const int TimeBits = 44;
    private const long TimeMask = (1L << TimeBits) - 1;
    private const long StepsASecond = 100_000;

    private readonly long[] slots = new long[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(names, Ways))];
    private readonly long interval = Math.Max(1, (long)Math.Ceiling(StepsASecond / perSecond));
    private readonly long tolerance = Math.Max(1, (long)Math.Ceiling(StepsASecond / perSecond)) * burst;
    private readonly long began = time.GetTimestamp();

    /// <summary>Takes one.</summary>
    /// <param name="wait">How long until the next one, where there is none.</param>
    public bool TryTake(UInt128 name, out TimeSpan wait)
    {
        var now = 1 + (time.GetElapsedTime(began).Ticks / (TimeSpan.TicksPerSecond / StepsASecond));
        var (a, b, c, d) = ((uint)(name >> 96), (uint)(name >> 64), (uint)(name >> 32), (uint)name);
        // HashCode is seeded anew in each process; two of them, for 32 bits are few. Of 32 bits each, for it would fold
        // longer numbers, and names that fold alike are easily found.
        var first = ((uint)HashCode.Combine(1, a, b, c, d) % (uint)slots.Length) & ~(uint)(Ways - 1);
        var tag = (long)((uint)HashCode.Combine(2, d, c, b, a) >> 12) << TimeBits;
        while (true)
        {
            ref var slot = ref Find(first, tag, out var seen);
            var full = Math.Max((seen & ~TimeMask) == tag ? seen & TimeMask : 0, now);
            if (full + interval - now > tolerance)
            {
                wait = TimeSpan.FromSeconds((full + interval - now - tolerance) / (double)StepsASecond);
                return false;
            }

            if (Interlocked.CompareExchange(ref slot, tag | (full + interval), seen) == seen)
            {
                wait = TimeSpan.Zero;
                return true;
            }
        }
    }

    /// <summary>The name's own slot, or the one whose bucket has been full for longest.</summary>
    private ref long Find(uint first, long tag, out long seen)
    {
        var best = first;
        seen = Volatile.Read(ref slots[first]);
        for (var at = first; at < first + Ways; at++)
        {
            var found = Volatile.Read(ref slots[at]);
            if (found != 0 && (found & ~TimeMask) == tag)
            {
                seen = found;
                return ref slots[at];
            }

            if ((found & TimeMask) < (seen & TimeMask))
                (best, seen) = (at, found);
        }

        return ref slots[best];
    }
}
