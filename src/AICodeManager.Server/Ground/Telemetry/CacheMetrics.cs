using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Ground.Telemetry;

/// <summary>How often each cache had what was asked of it (spec B13). Read when somebody collects: an asker pays one increment.</summary>
public sealed class CacheMetrics
{
    public const string Meter = "AICodeManager.Caches";

    private readonly ConcurrentDictionary<string, HitCount> caches = new();

    public CacheMetrics(IMeterFactory meters) => meters.Create(Meter).CreateObservableCounter(
        "aicli.cache.lookups", Observe, "{lookup}", "Look-ups in this node's caches, by cache and result (hit or miss).");

    /// <param name="cache">A word of the code.</param>
    public HitCount Of(string cache) => caches.GetOrAdd(cache, _ => new HitCount());

    private IEnumerable<Measurement<long>> Observe()
    {
        foreach (var (name, count) in caches)
        {
            yield return new(count.Hits, new("cache", name), new("result", "hit"));
            yield return new(count.Misses, new("cache", name), new("result", "miss"));
        }
    }
}

/// <summary>The look-ups of one cache.</summary>
public sealed class HitCount
{
    private long hits, misses;

    public long Hits => Interlocked.Read(ref hits);

    public long Misses => Interlocked.Read(ref misses);

    public void Count(bool hit)
    {
        if (hit)
        {
            Interlocked.Increment(ref hits);
        }
        else
        {
            Interlocked.Increment(ref misses);
        }
    }
}
