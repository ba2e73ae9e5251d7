namespace AICodeManager.Server.Ground.Coordination.Questions;

/// <summary>Sets a mark, for example a revocation, that stands until its time and is never dropped or shortened before it.</summary>
public sealed class SetMark(string shard, string key) : Question(shard, key)
{
    public required DateTimeOffset Until { get; init; }
}

/// <summary>Whether a mark stands.</summary>
public sealed class IsMarked(string shard, string key) : Question(shard, key)
{
    public bool Answer { get; set; }
}
