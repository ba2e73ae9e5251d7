using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>The events of one transaction, written together when it is about to commit.</summary>
internal sealed class AuditBatch(AuditLanes lanes) : IEnlisted
{
    private readonly List<AuditEntry> entries = [];
    private AuditLane? lane;

    public void Add(AuditEntry entry) => entries.Add(entry);

    /// <summary>Last of all: from here to the end of the commit nobody else writes to the same chain.</summary>
    public async Task PrepareAsync(Transaction transaction)
    {
        lane = await lanes.TakeAsync(transaction.Cancel);
        await lane.AppendAsync(transaction, entries);
    }

    public void Ended(TransactionEnd end)
    {
        if (lane is not null)
        {
            lane.Ended(end);
            lanes.Give(lane);
            lane = null;
        }
    }
}
