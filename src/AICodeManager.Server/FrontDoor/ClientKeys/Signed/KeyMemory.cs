using System.Collections.Concurrent;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>Keys in use by this node, bounded. What is used stays; what is not goes with its generation.</summary>
public sealed class KeyMemory(Settings settings) : IClearable
{
    private readonly int generation = Math.Max(1, settings.ClientKeys.CacheSize / 2);
    private ConcurrentDictionary<Guid, KnownKey> young = new();
    private ConcurrentDictionary<Guid, KnownKey> old = new();
    private int count;

    public KnownKey? Find(Guid keyId)
    {
        if (young.TryGetValue(keyId, out var known))
        {
            return known;
        }

        if (old.TryGetValue(keyId, out known))
        {
            Remember(known);
        }

        return known;
    }

    public void Remember(KnownKey known)
    {
        var keys = young;
        if (!keys.TryAdd(known.Row.Id, known))
        {
            keys[known.Row.Id] = known;
        }
        else if (Interlocked.Increment(ref count) >= generation)
        {
            Interlocked.Exchange(ref count, 0);
            old = Interlocked.Exchange(ref young, new());
        }
    }

    public void Forget(Guid keyId)
    {
        young.TryRemove(keyId, out _);
        old.TryRemove(keyId, out _);
    }

    /// <summary>Forgets all: the next request of each key looks it up.</summary>
    public void Clear()
    {
        (young, old) = (new(), new());
        Interlocked.Exchange(ref count, 0);
    }
}
