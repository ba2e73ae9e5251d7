using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// Entries without a chain: those from before there were chains, whose number and newest id were sealed when the first chain
/// was opened. Any other was put in.
/// </summary>
internal static class Unchained
{
    public static async Task CheckAsync(
        Database database, IReadOnlyDictionary<string, CutMark> marks, Findings findings, CancellationToken cancel)
    {
        var odd = await database.ReadAsync(r => r.QueryAsync<AuditEntry>(
            $"SELECT {AuditRows.Columns} FROM audit_events WHERE (chain_id IS NOT NULL AND sequence IS NULL) OR chain_id = '' LIMIT 1"), cancel);
        if (odd is [var lost])
        {
            findings.Add(AuditFaultKind.Foreign, lost.ChainId, null, lost.Id, "it has no place in its chain");
        }

        var count = await database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE chain_id IS NULL"), cancel);
        findings.BeforeChain = count;
        if (!await HasChainsAsync(database, cancel))
        {
            return;
        }

        if (!marks.TryGetValue(CutMark.BeforeChains, out var start))
        {
            if (count == 0)
            {
                return;
            }

            findings.Add(AuditFaultKind.Deleted, null, null, null, "the mark is missing that counts the events from before there were chains");
            return;
        }

        var newest = await database.ReadAsync(
            r => r.QueryAsync<AuditEntry>(
                $"SELECT {AuditRows.Columns} FROM audit_events WHERE chain_id IS NULL AND (id > @Link OR link IS NOT NULL OR sequence IS NOT NULL) ORDER BY id LIMIT 1",
                new { start.Link }),
            cancel);
        if (newest is [var foreign])
        {
            findings.Add(AuditFaultKind.Foreign, null, null, foreign.Id, "it stands in no chain, and was not there when the first one was opened");
        }
        else if (await EverAsync(database, cancel) is var ever && ever != start.Sequence)
        {
            findings.Add(
                ever > start.Sequence ? AuditFaultKind.Foreign : AuditFaultKind.Deleted, null, null, null,
                $"{count} events stand in no chain; there were {start.Sequence} when the first one was opened, and retention did not remove the others");
        }
    }

    // Those that are there and those that retention removed, in one look: it may be at work.
    private static Task<long> EverAsync(Database database, CancellationToken cancel) => database.ReadAsync(
        r => r.ScalarAsync<long>(
            "SELECT k.events + (SELECT COUNT(*) FROM audit_events WHERE chain_id IS NULL) FROM audit_cuts k WHERE k.chain_id = @BeforeChains",
            new { CutMark.BeforeChains }), cancel);

    private static async Task<bool> HasChainsAsync(Database database, CancellationToken cancel) =>
        await database.ReadAsync(r => r.ScalarAsync<string>("SELECT MIN(id) FROM audit_chains"), cancel) is not null;
}
