namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>A claim of a name. There is one for each signed request of the last minutes: it stays small.</summary>
/// <param name="until">Unix milliseconds.</param>
/// <param name="durable">Whether the database is to have it.</param>
internal sealed class ClaimEntry(string value, long until, bool durable)
{
    // Moved by whoever writes the row, without the shard's lock; everybody else decides from one look at it.
    private volatile ClaimState state;

    public string Value => value;

    public long Until => until;

    public bool Durable => durable;

    /// <summary>Whether a change of it waits for the database.</summary>
    public bool IsOnItsWay => state == ClaimState.OnItsWay;

    /// <summary>
    /// Whether nobody else may have the name. Its time alone does not free one whose row is on its way: the next one's
    /// row could be overtaken by it.
    /// </summary>
    public bool Blocks(long now) => now < until || IsOnItsWay;

    /// <summary>Whether it can be taken: somebody may have been granted it.</summary>
    public bool IsTakeable(long now) => now < until && state != ClaimState.Lost;

    public void SetOut() => state = ClaimState.OnItsWay;

    public void Stand() => state = ClaimState.Standing;

    /// <summary>Nobody was told that he got it, and nobody will be: its row may or may not be there.</summary>
    public void Lose() => state = ClaimState.Lost;

    private enum ClaimState : byte
    {
        Standing,
        OnItsWay,
        Lost,
    }
}
