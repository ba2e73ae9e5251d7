namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>Copies and fences of one shard; only in memory, for the truth is elsewhere.</summary>
internal sealed class ShardFacts
{
    private readonly Dictionary<string, FactEntry> facts = [];
    private readonly Dictionary<string, Fence> fences = [];

    public bool IsEmpty => facts.Count + fences.Count == 0;

    public int Fences => fences.Count;

    public string? Read(string key, long now) => facts.TryGetValue(key, out var fact) && now < fact.Until ? fact.Data : null;

    /// <summary>Keeps a copy that is neither old nor fenced off.</summary>
    /// <returns>The entry when it is a new one, which then counts.</returns>
    public FactEntry? Put(string key, long version, string data, long until, long now)
    {
        if (now >= until || (fences.TryGetValue(key, out var fence) && now < fence.Until && version < fence.Least))
            return null;
        if (!facts.TryGetValue(key, out var known))
            return facts[key] = new FactEntry { Data = data, Version = version, Until = until };
        if (version >= known.Version || now >= known.Until)
            (known.Version, known.Data, known.Until) = (version, data, until);
        return null;
    }

    /// <summary>Drops the copy and keeps older ones out; an earlier fence is only ever raised.</summary>
    public void Raise(string key, long least, long until, long now)
    {
        facts.Remove(key);
        if (fences.TryGetValue(key, out var standing) && now < standing.Until)
            (least, until) = (Math.Max(least, standing.Least), Math.Max(until, standing.Until));
        if (now < until)
            fences[key] = new Fence(least, until);
    }

    public bool HasFence(string key) => fences.ContainsKey(key);

    /// <summary>Drops this very copy, unless another took its place.</summary>
    public void Evict(string key, FactEntry entry)
    {
        if (facts.TryGetValue(key, out var known) && ReferenceEquals(known, entry))
            facts.Remove(key);
    }

    public void Sweep(long now)
    {
        foreach (var (key, fact) in facts)
        {
            if (now >= fact.Until)
                facts.Remove(key);
        }

        foreach (var (key, fence) in fences)
        {
            if (now >= fence.Until)
                fences.Remove(key);
        }
    }
}
