namespace AICodeManager.Server.Ground.Coordination.Questions;

/// <summary>Reads a live record and slides its idle time; a tombstone is told and not touched.</summary>
public sealed class TouchRecord(string shard, string key) : Question(shard, key)
{
    /// <summary>
    /// What the asker had last. While the version is the same the answer has this very text, and the store need not send
    /// it again.
    /// </summary>
    public StoredRecord? Known { get; init; }

    /// <summary>Null when there is no such record or its time is over.</summary>
    public StoredRecord? Answer { get; set; }
}

/// <summary>Reads a record without sliding anything.</summary>
public sealed class ReadRecord(string shard, string key) : Question(shard, key)
{
    public StoredRecord? Answer { get; set; }
}

/// <summary>
/// Opens a record in a set that holds at most <see cref="Limit"/> live ones; the oldest are ended to make room. What had
/// the key before is forgotten. With an end that is past nothing is opened and nothing has to go.
/// </summary>
public sealed class OpenRecord(string shard, string key) : Question(shard, key)
{
    /// <summary>Of the form of a key.</summary>
    public required string Set { get; init; }
    public required string Data { get; init; }
    public required DateTimeOffset EndsAt { get; init; }

    /// <summary>More than nothing.</summary>
    public required TimeSpan Idle { get; init; }

    /// <summary>1 to 1,000.</summary>
    public required int Limit { get; init; }

    /// <summary>Reason on the tombstones of those that had to go.</summary>
    public required string EvictedReason { get; init; }

    /// <summary>How long a tombstone is kept at most; never longer than to the record's fixed end. Zero leaves none.</summary>
    public required TimeSpan TombstoneFor { get; init; }

    /// <summary>What had to go, as it was, oldest first.</summary>
    public IReadOnlyList<StoredRecord> Evicted { get; set; } = [];
}

/// <summary>Puts new data into a live record, provided that nobody else has meanwhile. Its idle time goes on as it was.</summary>
public sealed class ReplaceRecord(string shard, string key) : Question(shard, key)
{
    public required long ExpectedVersion { get; init; }
    public required string Data { get; init; }

    /// <summary>A new fixed end; null leaves it.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>False when the record is gone, ended or of another version.</summary>
    public bool Done { get; set; }
}

/// <summary>Ends a live record and leaves a tombstone.</summary>
public sealed class EndRecord(string shard, string key) : Question(shard, key)
{
    public required string Reason { get; init; }
    public required TimeSpan TombstoneFor { get; init; }

    /// <summary>The record as it was; null when none lived.</summary>
    public StoredRecord? Ended { get; set; }
}

/// <summary>Ends every live record of a set but one.</summary>
/// <param name="set">The set.</param>
public sealed class EndSet(string shard, string set) : Question(shard, set)
{
    public string? ExceptKey { get; init; }
    public required string Reason { get; init; }
    public required TimeSpan TombstoneFor { get; init; }
    public IReadOnlyList<StoredRecord> Ended { get; set; } = [];
}

/// <summary>The live records of a set, oldest first.</summary>
public sealed class ListSet(string shard, string set) : Question(shard, set)
{
    public IReadOnlyList<StoredRecord> Answer { get; set; } = [];
}
