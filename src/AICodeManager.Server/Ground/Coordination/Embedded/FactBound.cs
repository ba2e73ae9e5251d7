using System.Collections.Concurrent;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>Keeps the number of copies over all shards within a bound: the ones put first go.</summary>
internal sealed class FactBound(int most)
{
    // Entries that ended by other ways stay in the line until their turn: there are never more live ones than in line.
    private readonly ConcurrentQueue<(Shard Shard, string Key, FactEntry Entry)> line = new();

    public void Add(Shard shard, string key, FactEntry entry) => line.Enqueue((shard, key, entry));

    /// <summary>Called without any shard's lock: it takes others'.</summary>
    public void Trim()
    {
        while (line.Count > most && line.TryDequeue(out var oldest))
        {
            lock (oldest.Shard.Lock)
                oldest.Shard.Facts.Evict(oldest.Key, oldest.Entry);
        }
    }
}
