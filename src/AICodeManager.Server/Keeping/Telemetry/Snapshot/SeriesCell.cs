namespace AICodeManager.Server.Keeping.Telemetry.Snapshot;

/// <summary>The figures of one series. Safe from many threads, without a lock.</summary>
/// <param name="bounds">Of a histogram's buckets; null for a single figure.</param>
internal sealed class SeriesCell(double[]? bounds)
{
    private readonly long[] buckets = new long[bounds is null ? 0 : bounds.Length + 1];
    private long count;
    private double sum;

    /// <summary>Measurements of a histogram.</summary>
    public long Count => Interlocked.Read(ref count);

    /// <summary>A counter's sum, a gauge's figure, the sum of a histogram's measurements.</summary>
    public double Value => Volatile.Read(ref sum);

    /// <summary>How many lie at or below each bound.</summary>
    public IEnumerable<long> UpToEachBound()
    {
        long below = 0;
        for (var i = 0; i < buckets.Length - 1; i++)
        {
            yield return below += Interlocked.Read(ref buckets[i]);
        }
    }

    public void Set(double value) => Volatile.Write(ref sum, value);

    public void Add(double value)
    {
        // Not a number would stay for ever.
        if (!double.IsFinite(value))
        {
            return;
        }

        if (bounds is not null)
        {
            var at = Array.BinarySearch(bounds, value);
            Interlocked.Increment(ref buckets[at < 0 ? ~at : at]);
            Interlocked.Increment(ref count);
        }

        var seen = Volatile.Read(ref sum);
        while (Interlocked.CompareExchange(ref sum, seen + value, seen) is var met && !met.Equals(seen))
        {
            seen = met;
        }
    }
}
