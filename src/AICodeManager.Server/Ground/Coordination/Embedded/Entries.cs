namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>When a record was touched last, in Unix milliseconds; shared by the versions of the record.</summary>
internal sealed class LastSeen(string shard, string key, long at)
{
    public string Shard => shard;

    public string Key => key;

    public long At { get; private set; } = at;

    /// <summary>Whether the database has an older time than this.</summary>
    public bool Unwritten { get; set; }

    /// <summary>Never moves back: a clock may.</summary>
    public void Move(long now) => At = Math.Max(At, now);
}

/// <summary>One version of a record, or its tombstone. Only its time of the last touch changes.</summary>
/// <param name="told">As callers get it.</param>
/// <param name="set">The set that it counts in while it lives.</param>
/// <param name="place">Place within the set: the smallest was opened first.</param>
/// <param name="goneAt">When a tombstone is over; a live record's fixed end.</param>
internal sealed class RecordEntry(StoredRecord told, string set, long place, LastSeen seen, long goneAt)
{
    // A touch tells the time of the one before; making that text anew for each would cost the hot path an allocation.
    private const long ToldEvery = 1000;

    private readonly long idle = (long)told.Idle.TotalMilliseconds;
    private StoredRecord told = told;

    public string Set => set;

    public long Place => place;

    public LastSeen Seen => seen;

    public long GoneAt => goneAt;

    /// <summary>When it is over unless it is touched before.</summary>
    public long OverAt => told.Ended is null ? Math.Min(goneAt, seen.At > long.MaxValue - idle ? long.MaxValue : seen.At + idle) : goneAt;

    public bool IsKnown(long now) => now < OverAt;

    public bool IsLive(long now) => told.Ended is null && IsKnown(now);

    /// <summary>As it is, to the second.</summary>
    public StoredRecord AsTouched()
    {
        if (seen.At - told.SeenAt.ToUnixTimeMilliseconds() >= ToldEvery)
            told = told with { SeenAt = DateTimeOffset.FromUnixTimeMilliseconds(seen.At) };
        return told;
    }

    /// <summary>As it is, exactly.</summary>
    public StoredRecord AsIs() => told with { SeenAt = DateTimeOffset.FromUnixTimeMilliseconds(seen.At) };

    public RecordEntry Replaced(string data, long? endsAt)
    {
        var end = endsAt ?? goneAt;
        return new(AsIs() with { Data = data, Version = told.Version + 1, EndsAt = DateTimeOffset.FromUnixTimeMilliseconds(end) }, set, place, seen, end);
    }

    /// <summary>Its tombstone; null when none is to be left.</summary>
    public RecordEntry? Ended(string reason, TimeSpan tombstoneFor, long now)
    {
        var keep = (long)tombstoneFor.TotalMilliseconds;
        var gone = keep > goneAt - now ? goneAt : now + keep;
        return gone <= now ? null : new(AsIs() with { Ended = reason }, set, place, seen, gone);
    }
}

/// <summary>A copy; replaced in place, so that its age in the order of eviction stays.</summary>
internal sealed class FactEntry
{
    public required string Data { get; set; }
    public required long Version { get; set; }
    public required long Until { get; set; }
}

/// <summary>Versions below <paramref name="Least"/> are refused until a time in Unix milliseconds.</summary>
internal readonly record struct Fence(long Least, long Until);
