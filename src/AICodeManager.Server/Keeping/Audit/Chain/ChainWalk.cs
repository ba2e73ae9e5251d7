using System.Text.Json;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>Goes through one chain from its start, or from where retention has cut it, to its end or its first fault.</summary>
/// <param name="read">Entries from a place on, in the order of the store.</param>
internal sealed class ChainWalk(
    ChainKeys keys, Findings findings, ChainRow chain, CutMark? mark, IReadOnlyList<ChainClaim> claims, CheckpointCursor checkpoints,
    Func<long, CancellationToken, IAsyncEnumerable<AuditEntry>> read)
{
    // Entries are in the order of their commits, their times are from when they happened: seconds apart are usual.
    private const long JumpMilliseconds = 60_000;

    // How far is looked for the entry that belongs where another one stands.
    private const int Lookahead = 1_000;

    private ChainHead head = mark is null
        ? ChainHead.Start(chain.Id, chain.Root)
        : new ChainHead(chain.Id, chain.Root, mark.Sequence, mark.Link);

    private int nextClaim = claims.TakeWhile(claim => claim.Sequence <= (mark?.Sequence ?? 0)).Count();
    private long lastAt = long.MinValue;
    private string lastName = "";

    /// <summary>The first fault; null where the chain is whole.</summary>
    public async Task<AuditFault?> RunAsync(CancellationToken cancel)
    {
        try
        {
            // Twice: an entry that somebody names may have been committed after the last page was read.
            return await PassAsync(long.MinValue, cancel)
                ?? (nextClaim < claims.Count || await checkpoints.HasMoreAsync(cancel) ? await PassAsync(head.Sequence + 1, cancel) : null)
                ?? await EndAsync(cancel);
        }
        catch (Exception damaged) when (DamagedStore.IsSeenIn(damaged))
        {
            return Fault(AuditFaultKind.Unreadable, head.Sequence + 1, null, $"the store does not give the entry back: {damaged.Message}");
        }
    }

    private async Task<AuditFault?> PassAsync(long from, CancellationToken cancel)
    {
        await using var entries = read(from, cancel).GetAsyncEnumerator(cancel);
        while (await entries.MoveNextAsync())
        {
            if (await JudgeAsync(entries, cancel) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private async Task<AuditFault?> JudgeAsync(IAsyncEnumerator<AuditEntry> entries, CancellationToken cancel)
    {
        var entry = entries.Current;
        findings.Count();
        if (entry.Sequence > head.Sequence + 1)
        {
            return Fault(
                AuditFaultKind.Deleted, head.Sequence + 1, null,
                $"{entry.Sequence - head.Sequence - 1} missing; the next one there is {entry.Sequence}, event {entry.Id}");
        }

        if (entry.Sequence <= head.Sequence)
        {
            return Fault(
                AuditFaultKind.Foreign, entry.Sequence, entry.Id,
                entry.Sequence <= mark?.Sequence ? "it stands where retention has removed everything" : "there are two at this place");
        }

        if (!ChainLink.Fits(keys, head, entry, entry.Link))
        {
            var (kind, detail) = Misplaced.Judge(keys, head, await AheadAsync(entries));
            return Fault(kind, entry.Sequence, entry.Id, detail);
        }

        if (entry.Sequence == 1 && !IsOpening(entry))
        {
            return Fault(AuditFaultKind.Altered, 1, entry.Id, "the chain's own row says otherwise than its opening entry");
        }

        head = head with { Sequence = head.Sequence + 1, Link = entry.Link! };
        NoteJump(entry);
        (lastAt, lastName) = (entry.At, entry.Name);
        return ClaimAt(entry) ?? await checkpoints.PassAsync(head, cancel);
    }

    private AuditFault? ClaimAt(AuditEntry entry)
    {
        for (; nextClaim < claims.Count && claims[nextClaim].Sequence <= head.Sequence; nextClaim++)
        {
            var claim = claims[nextClaim];
            if (claim.Sequence == head.Sequence && claim.Link != head.Link)
            {
                return Fault(AuditFaultKind.Altered, head.Sequence, entry.Id, $"{claim.By} knows another entry here");
            }
        }

        return null;
    }

    private async Task<AuditFault?> EndAsync(CancellationToken cancel)
    {
        if (nextClaim < claims.Count)
        {
            var last = claims[^1];
            return head.Sequence == 0
                ? Fault(AuditFaultKind.Deleted, 1, null, $"the whole chain is missing; {last.By} knows it up to sequence {last.Sequence}")
                : Fault(AuditFaultKind.CutOff, head.Sequence + 1, null, $"{last.By} knows it up to sequence {last.Sequence}");
        }

        if (await checkpoints.EndAsync(head, cancel) is { } fault)
        {
            return fault;
        }

        if (head.Sequence == 0)
        {
            return Fault(AuditFaultKind.Deleted, 1, null, "the whole chain is missing");
        }

        if (chain.ClosedAt is not null && lastName is not ("" or ChainClosing.Name))
        {
            return Fault(AuditFaultKind.CutOff, head.Sequence + 1, null, "its end was written, and is missing");
        }

        return null;
    }

    private static async Task<List<AuditEntry>> AheadAsync(IAsyncEnumerator<AuditEntry> entries)
    {
        List<AuditEntry> ahead = [entries.Current];
        while (ahead.Count < Lookahead && await entries.MoveNextAsync())
        {
            ahead.Add(entries.Current);
        }

        return ahead;
    }

    private bool IsOpening(AuditEntry entry)
    {
        if (entry.Name != ChainOpening.Name || entry.ResourceId != chain.Id || entry.Details is null)
        {
            return false;
        }

        using var details = JsonDocument.Parse(entry.Details);
        return details.RootElement.GetProperty("node").GetString() == chain.Node
            && details.RootElement.GetProperty("root").GetString() == chain.Root
            && details.RootElement.GetProperty("store").GetString() == chain.Store;
    }

    private void NoteJump(AuditEntry entry)
    {
        var delayed = entry.Details?.Contains("\"delayed\":true", StringComparison.Ordinal) == true;
        if (!delayed && lastAt != long.MinValue && entry.At < lastAt - JumpMilliseconds)
        {
            findings.Note(
                $"The clock of {chain.Node} went back by {TimeSpan.FromMilliseconds(lastAt - entry.At).TotalSeconds:n0} s "
                + $"in chain {chain.Id} before sequence {entry.Sequence}.");
        }
    }

    private AuditFault Fault(string kind, long? sequence, string? id, string detail) => new(kind, chain.Id, sequence, id, detail);
}
