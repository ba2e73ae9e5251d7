namespace AICodeManager.Server.Ground.Coordination.Questions;

/// <summary>What becomes of the member that a count is asked with.</summary>
public enum MemberChange
{
    /// <summary>It is only looked for.</summary>
    None,

    /// <summary>It is seen now.</summary>
    Add,

    Remove,
}

/// <summary>How many different members were seen within a sliding window: accounts from one network, networks at one account.</summary>
public sealed class CountMembers(string shard, string key) : Question(shard, key)
{
    /// <summary>Of the form of a key; empty where only the number is asked for.</summary>
    public string Member { get; init; } = "";

    public MemberChange Change { get; init; }

    /// <summary>One millisecond to 30 days.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>As many are kept, 1 to 1,000; with more the ones seen longest ago go, and the number stays at that.</summary>
    public required int Most { get; init; }

    /// <summary>Whether the member was there before this question.</summary>
    public bool Known { get; set; }

    /// <summary>With the change made.</summary>
    public int Count { get; set; }
}
