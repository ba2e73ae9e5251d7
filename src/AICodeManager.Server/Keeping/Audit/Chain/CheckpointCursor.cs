using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>Goes through the stored checkpoints of a chain beside the chain itself, a page at a time.</summary>
internal sealed class CheckpointCursor(Database database, CheckpointJudge judge, Findings findings, CheckpointTally tally, string chain, long after)
{
    private const int PageSize = 500;

    private Queue<AuditCheckpoint>? page;
    private long read = after;

    /// <summary>A fault where a checkpoint at this place says otherwise.</summary>
    public async ValueTask<AuditFault?> PassAsync(ChainHead head, CancellationToken cancel)
    {
        while (await PeekAsync(cancel) is { } next && next.Sequence <= head.Sequence)
        {
            page!.Dequeue();
            if (Judge(next) is { } fault)
            {
                return fault;
            }

            if (next.Sequence == head.Sequence && next.Link != head.Link)
            {
                return new AuditFault(
                    AuditFaultKind.Altered, chain, head.Sequence, null, $"the signed checkpoint {next.Id} knows another entry here");
            }

            findings.Checkpoints++;
        }

        return null;
    }

    public async ValueTask<bool> HasMoreAsync(CancellationToken cancel) => await PeekAsync(cancel) is not null;

    /// <summary>Checkpoints beyond the end of the chain know more than there is.</summary>
    public async ValueTask<AuditFault?> EndAsync(ChainHead head, CancellationToken cancel) => await PeekAsync(cancel) is not { } next
        ? null
        : Judge(next) ?? new AuditFault(
            head.Sequence == 0 ? AuditFaultKind.Deleted : AuditFaultKind.CutOff, chain, head.Sequence + 1, null,
            $"the signed checkpoint {next.Id} knows it up to sequence {next.Sequence}");

    private AuditFault? Judge(AuditCheckpoint next)
    {
        tally.Stored(next);
        return judge.IsGenuine(next)
            ? null
            : new AuditFault(
                AuditFaultKind.BadCheckpoint, chain, next.Sequence, null, $"the signature of checkpoint {next.Id} is not of its content");
    }

    private async ValueTask<AuditCheckpoint?> PeekAsync(CancellationToken cancel)
    {
        if (page is null or { Count: 0 } && read != long.MaxValue)
        {
            var rows = await database.ReadAsync(
                r => r.QueryAsync<AuditCheckpoint>(
                    "SELECT * FROM audit_checkpoints WHERE chain_id = @chain AND sequence > @read ORDER BY sequence LIMIT @PageSize",
                    new { chain, read, PageSize }),
                cancel);
            page = new Queue<AuditCheckpoint>(rows);
            read = rows.Count < PageSize ? long.MaxValue : rows[^1].Sequence;
        }

        return page!.TryPeek(out var next) ? next : null;
    }
}
