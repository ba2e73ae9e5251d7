using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Files;
using AICodeManager.Server.Keeping.Audit.Spool;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>The events of one transaction, written together when it is about to commit.</summary>
internal sealed class AuditBatch(AuditLanes lanes, AuditFiles files, AuditSpool spool) : IEnlisted
{
    private readonly List<AuditEntry> entries = [];
    private AuditLane? lane;
    private FileTicket? ticket;
    private Exception? failed;

    /// <summary>Whether the transaction must not fail because its events cannot be written: so only where all of them are such.</summary>
    private bool mayWait = true;

    /// <param name="anyway">The event waits in the spool where it cannot be written.</param>
    public void Add(AuditEntry entry, bool anyway)
    {
        entries.Add(entry);
        mayWait &= anyway;
    }

    /// <summary>Last of all: from here to the end of the commit nobody else writes to the same chain.</summary>
    public async Task PrepareAsync(Transaction transaction)
    {
        try
        {
            if (mayWait)
            {
                // On PostgreSQL a statement that fails ends its transaction, but for what a savepoint saves.
                await transaction.ExecuteAsync("SAVEPOINT audit");
            }

            await WriteAsync(transaction);
        }
        catch (Exception fault) when (!transaction.Cancel.IsCancellationRequested)
        {
            spool.Tell(fault);
            if (!mayWait)
            {
                throw;
            }

            await transaction.ExecuteAsync("ROLLBACK TO SAVEPOINT audit");
            Leave(TransactionEnd.Undone);
            failed = fault;
        }
    }

    public void Ended(TransactionEnd end)
    {
        Leave(end);
        if (failed is not null && end != TransactionEnd.Undone)
        {
            spool.Keep(entries, failed);
        }
        else if (end == TransactionEnd.Kept)
        {
            spool.Written();
        }
    }

    // The file before the lane: its chain is not held until the commit, and nobody with a lane may wait for somebody without.
    private async Task WriteAsync(Transaction transaction)
    {
        if (files.IsOn)
        {
            ticket = await files.AppendAsync(entries, transaction.Cancel);
            await files.RegisterAsync(transaction, ticket);
        }

        if (files.WithRows)
        {
            lane = await lanes.TakeAsync(transaction.Cancel);
            await lane.AppendAsync(transaction, entries);
        }
    }

    private void Leave(TransactionEnd end)
    {
        if (lane is not null)
        {
            lane.Ended(end);
            lanes.Give(lane);
            lane = null;
        }

        if (ticket is not null)
        {
            files.Ended(ticket, end);
            ticket = null;
        }
    }
}
