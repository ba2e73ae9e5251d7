using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>The node's file of checkpoints against the table.</summary>
internal sealed class CheckpointComparison(Database database, CheckpointFile file, CheckpointJudge judge, CheckpointTally tally, AuditNode node)
{
    /// <summary>Reads the file once, and gives the last genuine checkpoint of each chain as a claim.</summary>
    public async Task BeginAsync(IReadOnlyDictionary<string, CutMark> marks, ChainClaims claims, Findings findings, CancellationToken cancel)
    {
        await foreach (var (line, checkpoint) in file.ReadAsync(cancel))
        {
            if (checkpoint is null)
            {
                findings.Note($"Line {line} of {file.Path} is no checkpoint: it was changed, or a process was killed while it wrote.");
            }
            else if (!IsCut(marks, checkpoint))
            {
                tally.Filed(checkpoint);
            }
        }

        foreach (var last in tally.Last.Values.Where(judge.IsGenuine))
        {
            claims.Add(last.ChainId, last.Sequence, last.Link, $"a signed checkpoint in {Path.GetFileName(file.Path)}");
        }
    }

    /// <summary>A chain that nobody registered any more, whose checkpoints are in the file: where their key was removed as well, they are no claims.</summary>
    public void CheckUnsigned(IReadOnlyList<ChainRow> chains, Findings findings)
    {
        var registered = chains.Select(chain => chain.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var last in tally.Last.Values.Where(last => !registered.Contains(last.ChainId) && !judge.IsGenuine(last)))
        {
            findings.Add(
                AuditFaultKind.BadCheckpoint, last.ChainId, last.Sequence, null,
                $"checkpoint {last.Id} of the file: neither its chain nor the key {last.KeyId} that signed it is in the database");
        }
    }

    /// <summary>Where file and table differ about a chain that is whole, the first difference.</summary>
    public async Task<AuditFault?> CompareAsync(ChainRow chain, CutMark? mark, Findings findings, CancellationToken cancel)
    {
        if (tally.IsEven(chain.Id))
        {
            return null;
        }

        var stored = (await database.ReadAsync(
            r => r.QueryAsync<AuditCheckpoint>(
                "SELECT * FROM audit_checkpoints WHERE chain_id = @Id AND node = @Name AND sequence > @after ORDER BY sequence",
                new { chain.Id, node.Name, after = mark?.Sequence ?? 0 }),
            cancel)).ToDictionary(one => one.Sequence);
        (long Line, AuditCheckpoint Checkpoint)? absent = null;
        await foreach (var (line, checkpoint) in file.ReadAsync(cancel))
        {
            if (checkpoint is null || checkpoint.ChainId != chain.Id || checkpoint.Sequence <= (mark?.Sequence ?? 0))
            {
                continue;
            }

            if (!judge.IsGenuine(checkpoint))
            {
                return Bad(checkpoint, $"line {line} of the file: the signature is not of its content");
            }

            // The file is written first, and the next line not before the table has this one. A running server writes on meanwhile.
            if (absent is { } gone && !await IsStoredAsync(gone.Checkpoint, cancel))
            {
                return Bad(gone.Checkpoint, $"line {gone.Line} of the file: it was removed from the table");
            }

            absent = stored.Remove(checkpoint.Sequence) ? null : (line, checkpoint);
        }

        // A process that is killed between the two has written the file only; and the chain has passed this claim.
        if (absent is { } last && !await IsStoredAsync(last.Checkpoint, cancel))
        {
            findings.Note($"The last checkpoint of chain {chain.Id} stands in the file alone.");
        }

        return stored.Count == 0 ? null : Bad(stored.Values.MinBy(one => one.Sequence)!, "it was removed from the file, or the file is gone");

        AuditFault Bad(AuditCheckpoint checkpoint, string detail) =>
            new(AuditFaultKind.BadCheckpoint, chain.Id, checkpoint.Sequence, null, $"checkpoint {checkpoint.Id}, {detail}");
    }

    private Task<bool> IsStoredAsync(AuditCheckpoint checkpoint, CancellationToken cancel) => database.ReadAsync(
        async r => await r.ScalarAsync<string>(
            "SELECT id FROM audit_checkpoints WHERE chain_id = @ChainId AND sequence = @Sequence", checkpoint) is not null, cancel);

    private static bool IsCut(IReadOnlyDictionary<string, CutMark> marks, AuditCheckpoint checkpoint) =>
        marks.TryGetValue(checkpoint.ChainId, out var mark) && checkpoint.Sequence <= mark.Sequence;
}
