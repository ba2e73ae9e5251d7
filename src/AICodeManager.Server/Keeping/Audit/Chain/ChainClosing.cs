using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>The orderly end of a chain: its last entry says that nothing comes after it. The lane must have an open chain.</summary>
internal sealed class ChainClosing(AuditLane lane, TimeProvider time) : IEnlisted
{
    public const string Name = "audit_chain_closed";

    /// <summary>The chain's last head, once the database keeps it.</summary>
    public ChainHead? Closed { get; private set; }

    public async Task PrepareAsync(Transaction transaction)
    {
        var (now, chain) = (time.GetUtcNow(), lane.Head!.ChainId);
        await lane.AppendAsync(
            transaction, [AuditEntry.Of(RequestOrigin.System, new AuditEvent("audit_chain_closed").On("chain", chain), now)]);
        await transaction.ExecuteAsync("UPDATE audit_chains SET closed_at = @now WHERE id = @chain", new { now, chain });
    }

    public void Ended(TransactionEnd end)
    {
        lane.Ended(end);
        if (end == TransactionEnd.Kept)
        {
            Closed = lane.Head;
            lane.Leave();
        }
    }
}
