using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Files;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Proves the audit, or names the first bad entry of each chain (spec A15). Reads a page at a time while the server goes on
/// writing; what it holds grows with the number of chains, not of events.
/// </summary>
/// <remarks>
/// Finds what was altered, deleted, reordered, cut off or put in by whoever does not have the root key; on a live server, whose
/// heads are in memory, up to the last acknowledged event, elsewhere up to the last checkpoint or later chain.
/// </remarks>
public sealed class AuditVerifier(Database database, ChainKeys keys, AuditNode node, AuditLanes lanes, AuditFiles files)
{
    // Retention may cut a chain while it is gone through.
    private const int Tries = 3;

    public async Task<AuditReport> VerifyAsync(IProgress<AuditProgress>? progress, CancellationToken cancel)
    {
        var findings = new Findings(progress, await TotalAsync(cancel));
        using var judge = await CheckpointJudge.LoadAsync(database, keys, findings, cancel);
        var tally = new CheckpointTally(node.Name);
        var comparison = new CheckpointComparison(database, new CheckpointFile(node), judge, tally, node);
        try
        {
            await LookAsync(judge, findings, tally, comparison, cancel);
        }
        catch (Exception damaged) when (DamagedStore.IsSeenIn(damaged))
        {
            findings.Add(AuditFaultKind.Unreadable, null, null, null, $"the database does not give the audit back: {damaged.Message}");
        }

        return findings.Report(judge.KeyIds);
    }

    // For the progress alone: what is damaged is named by the chain that it is in.
    private async Task<long> TotalAsync(CancellationToken cancel)
    {
        try
        {
            return await database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events"), cancel);
        }
        catch (Exception damaged) when (DamagedStore.IsSeenIn(damaged))
        {
            return 0;
        }
    }

    // Counted over whichever index is the smallest: one that is damaged must not keep the chains from being looked at.
    private async Task<(long Total, string? Damage)> CountAsync(CancellationToken cancel)
    {
        try
        {
            return (await database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events"), cancel), null);
        }
        catch (Exception damaged) when (DamagedStore.IsSeenIn(damaged))
        {
            return (0, damaged.Message);
        }
    }

    private async Task LookAsync(
        CheckpointJudge judge, Findings findings, CheckpointTally tally, CheckpointComparison comparison, CancellationToken cancel)
    {
        var marks = await CutMark.LoadAsync(database, keys, findings, cancel);

        // What others know of the chains first, the chains themselves last: these only grow meanwhile.
        var claims = new ChainClaims();
        lanes.Claim(claims);
        if (files.Head is { Sequence: > 0 } head)
        {
            claims.Add(head.ChainId, head.Sequence, head.Link, "this running server");
        }

        await comparison.BeginAsync(marks, claims, findings, cancel);
        var covers = await OpeningClaims.GatherAsync(database, keys, claims, cancel);
        var inFiles = new FileChains(node);
        await inFiles.GatherAsync(keys, claims, cancel);
        var chains = await ChainList.LoadAsync(database, inFiles, claims, findings, cancel);
        var registered = chains.Select(chain => chain.Id).ToHashSet(StringComparer.Ordinal);

        foreach (var chain in chains)
        {
            // SQLite has one node: what its files should have, whatever name they were written under, should be here.
            if (chain.Store == ChainRow.InFiles && chain.Node != node.Name && database.Kind != "sqlite")
            {
                // The row alone says so: nothing of such a chain is here.
                if (claims.Of(chain.Id) is [.., var known])
                {
                    findings.Add(
                        AuditFaultKind.Altered, chain.Id, null, null, $"its row says that it is in the files of {chain.Node}; {known.By} knows it here");
                }
                else if (await IsInTableAsync(chain, cancel))
                {
                    findings.Add(AuditFaultKind.Altered, chain.Id, null, null, $"its row says that it is in the files of {chain.Node}, and there are entries of it in the table");
                }

                findings.Note($"Chain {chain.Id} is in the files of {chain.Node}; verify it there.");
                continue;
            }

            findings.Chains++;
            if (!keys.Has(chain.Root))
            {
                findings.Add(
                    AuditFaultKind.KeyMissing, chain.Id, null, null,
                    $"cannot be verified: the database.encryption.key with fingerprint {chain.Root} is not among the configured ones");
                continue;
            }

            if (await WalkAsync(chain, claims, judge, findings, tally, comparison, cancel) is { } fault)
            {
                findings.Add(fault.Kind, fault.Chain, fault.Sequence, fault.Id, fault.Detail);
            }
            else if (chain.CoveredBy is { } later && (!registered.Contains(later) || covers.Denies(later, chain.Id)))
            {
                findings.Add(AuditFaultKind.Altered, chain.Id, null, null, $"its row says that chain {later} names its end, which that chain does not");
            }
        }

        comparison.CheckUnsigned(chains, findings);
        await Unchained.CheckAsync(database, marks, findings, cancel);
    }

    private Task<bool> IsInTableAsync(ChainRow chain, CancellationToken cancel) => database.ReadAsync(
        async r => await r.ScalarAsync<string>("SELECT MIN(id) FROM audit_events WHERE chain_id = @Id", new { chain.Id }) is not null, cancel);

    private async Task<AuditFault?> WalkAsync(
        ChainRow chain, ChainClaims claims, CheckpointJudge judge, Findings findings, CheckpointTally tally, CheckpointComparison comparison,
        CancellationToken cancel)
    {
        for (var tried = 1; ; tried++)
        {
            var mark = await CutMark.FindAsync(database, keys, chain.Id, cancel);
            tally.Forget(chain.Id);
            var checkpoints = new CheckpointCursor(database, judge, findings, tally, chain.Id, mark?.Sequence ?? 0);
            var fault = await new ChainWalk(
                keys, findings, chain, mark, claims.Of(chain.Id), checkpoints,
                (from, stop) => chain.Store == ChainRow.InFiles
                    ? new FileChains(node).ReadAsync(chain.Id, from, mark, findings, stop)
                    : EntryPages.ReadAsync(database, chain.Id, from, stop)).RunAsync(cancel)
                ?? await comparison.CompareAsync(chain, mark, findings, cancel);
            // Where a line is just being written half of it may be seen.
            var half = chain.Store == ChainRow.InFiles && fault?.Kind == AuditFaultKind.Unreadable;
            if (fault is null || tried == Tries || (!half && await CutMark.FindAsync(database, keys, chain.Id, cancel) == mark))
            {
                return fault;
            }
        }
    }
}
