using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination.Embedded;

/// <summary>The claims of one exchange in one shard that wait for their rows to be written; with none it only marks a place in the line.</summary>
internal sealed class ClaimTicket(string shard)
{
    private readonly List<(Claim Asked, ClaimEntry Entry)> claims = new(1);

    // A writer that ran the waiters' own code would keep the next ones waiting.
    private readonly TaskCompletionSource<bool> written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count => claims.Count;

    /// <summary>Whether the rows are in the database; it does not fail.</summary>
    public Task<bool> Written => written.Task;

    public void Add(Claim asked, ClaimEntry entry)
    {
        entry.SetOut();
        claims.Add((asked, entry));
    }

    public void AddRows(List<DurableRow> rows)
    {
        foreach (var (asked, entry) in claims)
            rows.Add(DurableRow.OfClaim(shard, asked.Key, entry));
    }

    /// <summary>By the writer, once.</summary>
    public void End(bool isWritten)
    {
        foreach (var (_, entry) in claims)
        {
            if (isWritten)
                entry.Stand();
            else
                entry.Lose();
        }

        written.SetResult(isWritten);
    }

    /// <summary>Gives the answers, by the one that waited.</summary>
    public void Grant()
    {
        foreach (var (asked, _) in claims)
            asked.Granted = true;
    }

    /// <summary>Frees the names again: the ticket was not queued and nobody has seen them held. Under the same lock as the claiming.</summary>
    public void Undo(Shard of, Occupancy held)
    {
        foreach (var (asked, _) in claims)
            of.Claims.Remove(asked.Key);
        held.Add(0, 0, -claims.Count);
    }
}
