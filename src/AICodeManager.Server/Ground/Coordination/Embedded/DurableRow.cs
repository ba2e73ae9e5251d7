namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>A row of <c>coordination_records</c>: what a restart must not forget. Times are Unix milliseconds.</summary>
internal sealed record DurableRow
{
    public const string RecordKind = "record";
    public const string MarkKind = "mark";
    public const string ClaimKind = "claim";

    public string Shard { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Name { get; init; } = "";
    public string SetName { get; init; } = "";

    /// <summary>Place within the set.</summary>
    public long Place { get; init; }
    public string Data { get; init; } = "";
    public long Version { get; init; }
    public long EndsAt { get; init; }

    /// <summary>Milliseconds.</summary>
    public long Idle { get; init; }
    public long SeenAt { get; init; }

    /// <summary>Why it was ended; empty while it lives.</summary>
    public string Ended { get; init; } = "";

    /// <summary>When the row means nothing any more; zero: it is to go now.</summary>
    public long OverAt { get; init; }

    public static DurableRow OfRecord(string shard, string key, RecordEntry? entry)
    {
        var row = new DurableRow { Shard = shard, Kind = RecordKind, Name = key };
        if (entry is null)
            return row;
        var told = entry.AsIs();
        return row with
        {
            SetName = entry.Set,
            Place = entry.Place,
            Data = told.Data,
            Version = told.Version,
            EndsAt = told.EndsAt.ToUnixTimeMilliseconds(),
            Idle = (long)told.Idle.TotalMilliseconds,
            SeenAt = entry.Seen.At,
            Ended = told.Ended ?? "",
            OverAt = entry.OverAt,
        };
    }

    public static DurableRow OfMark(string shard, string key, long until) =>
        new() { Shard = shard, Kind = MarkKind, Name = key, EndsAt = until, OverAt = until };

    public static DurableRow OfClaim(string shard, string key, ClaimEntry? claim) =>
        new() { Shard = shard, Kind = ClaimKind, Name = key, Data = claim?.Value ?? "", EndsAt = claim?.Until ?? 0, OverAt = claim?.Until ?? 0 };

    public RecordEntry ToRecord()
    {
        var told = new StoredRecord(
            Name, Data, Version, DateTimeOffset.FromUnixTimeMilliseconds(EndsAt), TimeSpan.FromMilliseconds(Idle),
            DateTimeOffset.FromUnixTimeMilliseconds(SeenAt), Ended.Length == 0 ? null : Ended);
        return new RecordEntry(told, SetName, Place, new LastSeen(Shard, Name, SeenAt), told.Ended is null ? EndsAt : OverAt);
    }

    public ClaimEntry ToClaim() => new(Data, OverAt, durable: true);
}
