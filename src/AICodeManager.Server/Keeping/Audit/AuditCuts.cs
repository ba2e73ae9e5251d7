using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Files;
using AICodeManager.Server.Keeping.Audit.Spool;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Removes what is older than retention keeps: of each chain its oldest entries up to the first one that stays, whole chains
/// where none does. A mark made with the chain's key says where it goes on, and the event <c>audit_pruned</c> that it was cut.
/// </summary>
/// <remarks>
/// What is removed is gone through first: a fault among it is kept in the mark and told, for it could be found no more.
/// Removed in steps of <see cref="AtOnce"/> entries, each in a transaction with its mark: whoever is interrupted has cut less.
/// </remarks>
public sealed class AuditCuts(Database database, ChainKeys keys, AuditNode node, AuditFiles files, AuditTrail trail, AuditSpool spool, TimeProvider time)
{
    /// <summary>Entries that one transaction removes.</summary>
    internal const int AtOnce = 2_000;

    /// <returns>How many entries were removed.</returns>
    public async Task<long> CutAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var removed = await CutUnchainedAsync(before, cancel);
        foreach (var chain in await database.ReadAsync(r => r.QueryAsync<ChainRow>("SELECT * FROM audit_chains ORDER BY id"), cancel))
        {
            if (!keys.Has(chain.Root))
            {
                continue; // where it goes on could not be told any more
            }

            removed += chain.Store == ChainRow.InDatabase
                ? await CutChainAsync(chain, before, cancel)
                : chain.Node == node.Name ? await CutFilesAsync(chain, before, cancel) : 0;
        }

        return removed;
    }

    private async Task<long> CutChainAsync(ChainRow chain, DateTimeOffset before, CancellationToken cancel)
    {
        var start = await CutMark.FindAsync(database, keys, chain.Id, cancel);
        var cut = new ChainCut(keys, chain, start);
        await foreach (var entry in EntryPages.ReadAsync(database, chain.Id, long.MinValue, cancel))
        {
            if (entry.At >= before.ToUnixTimeMilliseconds())
            {
                break;
            }

            cut.Take(entry);
            if (cut.Pending == AtOnce)
            {
                await StoreAsync(cut, last: false, before, cancel);
            }
        }

        await StoreAsync(cut, last: true, before, cancel);
        return cut.Removed;
    }

    private async Task StoreAsync(ChainCut cut, bool last, DateTimeOffset before, CancellationToken cancel)
    {
        if (cut.Pending == 0 && !(last && cut.Removed > 0))
        {
            return;
        }

        var mark = cut.Mark(time.GetUtcNow()).Signed(keys);
        await database.WriteAsync(async t =>
        {
            await mark.WriteAsync(t);
            await t.ExecuteAsync("DELETE FROM audit_events WHERE chain_id = @ChainId AND sequence <= @Sequence", mark);
            await t.ExecuteAsync("DELETE FROM audit_checkpoints WHERE chain_id = @ChainId AND sequence <= @Sequence", mark);
            if (last)
            {
                await TellAsync(t, cut, before);
            }
        }, cancel);
        cut.Stored();
    }

    private async Task<long> CutFilesAsync(ChainRow chain, DateTimeOffset before, CancellationToken cancel)
    {
        var cut = new ChainCut(keys, chain, await CutMark.FindAsync(database, keys, chain.Id, cancel));
        List<string> whole = [];
        foreach (var path in new FileChains(node).FilesOf(chain.Id).SkipLast(files.Head?.ChainId == chain.Id ? 1 : 0))
        {
            var tried = cut.Copy();
            if (!await tried.TryTakeAsync(path, before, cancel))
            {
                break;
            }

            cut = tried;
            whole.Add(path);
        }

        if (cut.Pending > 0)
        {
            await StoreAsync(cut, last: true, before, cancel);
        }

        // The mark was first: a file that is left stands before it and is removed the next time.
        whole.ForEach(File.Delete);
        return cut.Removed;
    }

    private async Task<long> CutUnchainedAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var removed = 0L;
        if (await CutMark.FindAsync(database, keys, CutMark.BeforeChains, cancel) is not { } mark)
        {
            return 0;
        }

        while (true)
        {
            var some = await database.WriteAsync(async t =>
            {
                var gone = await t.ExecuteAsync(
                    "DELETE FROM audit_events WHERE id IN (SELECT id FROM audit_events WHERE chain_id IS NULL AND at < @before ORDER BY id LIMIT @AtOnce)",
                    new { before, AtOnce });
                if (gone > 0)
                {
                    mark = (mark with { Events = mark.Events + gone, At = time.GetUtcNow().ToUnixTimeMilliseconds() }).Signed(keys);
                    await mark.WriteAsync(t);
                }

                return gone;
            }, cancel);
            removed += some;
            if (some < AtOnce)
            {
                return removed;
            }
        }
    }

    private async Task TellAsync(Transaction t, ChainCut cut, DateTimeOffset before)
    {
        await trail.RecordAsync(t, RequestOrigin.System, new AuditEvent("audit_pruned")
        {
            Outcome = cut.Damage is null ? AuditOutcome.Success : AuditOutcome.Failure,
            Reason = cut.Damage,
            Details = new Dictionary<string, object?> { ["events"] = cut.Removed + cut.Pending, ["sequence"] = cut.Sequence, ["before"] = before },
        }.On("chain", cut.ChainId));
        if (cut.Damage is { } damage)
        {
            t.AfterCommit(() => spool.Alarm($"Retention removed a damaged part of chain {cut.ChainId}: {damage}"));
        }
    }
}
