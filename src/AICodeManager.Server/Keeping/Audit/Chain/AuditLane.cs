using System.Runtime.CompilerServices;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// One chain that this process writes. Its head is known here and nowhere asked for; whoever has the lane has it alone, from
/// the insert to the end of the commit, so that the order of the chain is the order of the commits.
/// </summary>
internal sealed class AuditLane(ChainKeys keys, AuditNode node, TimeProvider time)
{
    private ChainHead? head;
    private ChainHead? draft;
    private (string By, IReadOnlyList<string> Chains) naming;
    private StrongBox<(string By, IReadOnlyList<string> Chains)>? covered;

    /// <summary>What the database has said that it keeps; null while no chain is open. Read from anywhere.</summary>
    public ChainHead? Head => Volatile.Read(ref head);

    /// <summary>Writes the entries behind the head. The first of a process, and the first after an unknown end, opens a chain.</summary>
    public async Task AppendAsync(Transaction t, IReadOnlyList<AuditEntry> entries)
    {
        List<AuditEntry> placed = [];
        var end = head ?? await OpenAsync(t, placed);
        foreach (var entry in entries)
        {
            (var linked, end) = ChainLink.Append(keys, end, entry);
            placed.Add(linked);
        }

        draft = end;
        await AuditRows.InsertAsync(t, placed);
    }

    /// <summary>Undone leaves the head; where nobody knows, the chain is left as it may be and the next entry opens another.</summary>
    public void Ended(TransactionEnd end)
    {
        if (draft is null)
        {
            return;
        }

        if (end == TransactionEnd.Kept && draft.ChainId == naming.By)
        {
            Volatile.Write(ref covered, new(naming));
            naming = default;
        }

        Volatile.Write(ref head, end switch
        {
            TransactionEnd.Kept => draft,
            TransactionEnd.Undone => head,
            _ => null,
        });
        draft = null;
    }

    /// <summary>Closed chains that an opened one names, told once the database keeps it. From anywhere.</summary>
    public (string By, IReadOnlyList<string> Chains) TakeCovered() => Interlocked.Exchange(ref covered, null)?.Value ?? ("", []);

    /// <summary>The next entry opens a chain of its own.</summary>
    public void Leave() => Volatile.Write(ref head, null);

    private async Task<ChainHead> OpenAsync(Transaction t, List<AuditEntry> placed)
    {
        var start = ChainHead.Start(Guid.CreateVersion7(time.GetUtcNow()).ToString("D"), keys.Current);
        var (entry, named) = await ChainOpening.WriteAsync(t, start, node, keys, time.GetUtcNow());
        var (opening, first) = ChainLink.Append(keys, start, entry);
        naming = (start.ChainId, named);
        placed.Add(opening);
        return first;
    }
}
