namespace AICodeManager.Server.Ground.Coordination.Questions;

/// <summary>Reads a copy of something whose truth lies in the database; null: read it there and put it.</summary>
public sealed class ReadFact(string shard, string key) : Question(shard, key)
{
    /// <summary>The copy that the asker has, with its version: where it is still the one, it is the answer and is not sent again.</summary>
    public (long Version, string Data)? Known { get; init; }

    public string? Answer { get; set; }
}

/// <summary>Keeps a copy for others, unless a newer version is known or a fence forbids this one.</summary>
public sealed class PutFact(string shard, string key) : Question(shard, key)
{
    /// <summary>0 to 2^53.</summary>
    public required long Version { get; init; }
    public required string Data { get; init; }
    public required DateTimeOffset Until { get; init; }
}

/// <summary>
/// Drops the copy and refuses versions below <see cref="Least"/> for a while. Set before the change is committed, it
/// makes the change seen by the next request on every node: nobody can put the old version back meanwhile.
/// </summary>
public sealed class FenceFact(string shard, string key) : Question(shard, key)
{
    public required long Least { get; init; }

    /// <summary>Longer than any transaction that makes the change can take.</summary>
    public required DateTimeOffset Until { get; init; }
}
