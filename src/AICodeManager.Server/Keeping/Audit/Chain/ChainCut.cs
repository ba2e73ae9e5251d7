using AICodeManager.Server.Keeping.Audit.Files;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>The oldest entries of a chain while they are taken away: looked at a last time, so that a fault among them is known.</summary>
internal sealed class ChainCut(ChainKeys keys, ChainRow chain, CutMark? before)
{
    private ChainHead head = before is null
        ? ChainHead.Start(chain.Id, chain.Root)
        : new ChainHead(chain.Id, chain.Root, before.Sequence, before.Link);

    private readonly long removedBefore = before?.Events ?? 0;

    public string ChainId => chain.Id;

    public long Sequence => head.Sequence;

    /// <summary>Entries taken since the mark was stored last.</summary>
    public long Pending { get; private set; }

    public long Removed { get; private set; }

    public string? Damage { get; private set; } = before?.Damage;

    public void Take(AuditEntry entry)
    {
        if (Damage is null && (entry.Sequence != head.Sequence + 1 || !ChainLink.Fits(keys, head, entry, entry.Link)))
        {
            Damage = $"sequence {head.Sequence + 1}, event {entry.Id}";
        }

        // From what stands there: the next entry was made behind it, if not this one was changed.
        head = head with { Sequence = entry.Sequence ?? head.Sequence + 1, Link = entry.Link ?? "" };
        Pending++;
    }

    /// <summary>Takes what a file has behind the mark; false where some of it is to stay.</summary>
    public async Task<bool> TryTakeAsync(string path, DateTimeOffset keep, CancellationToken cancel)
    {
        // A last line that is not ended was torn by a kill, and nobody was told that it was kept.
        var torn = FileChains.EndsInLine(path) ? -1L : await File.ReadLinesAsync(path, cancel).LongCountAsync(cancel);
        var number = 0L;
        await foreach (var line in File.ReadLinesAsync(path, cancel))
        {
            number++;
            if (AuditFileLine.Parse(line) is not { } entry)
            {
                if (number == torn)
                {
                    continue;
                }

                Damage ??= $"sequence {head.Sequence + 1}, a line that is no entry";
            }
            else if (entry.At >= keep.ToUnixTimeMilliseconds())
            {
                return false;
            }
            else if (entry.Sequence > head.Sequence)
            {
                Take(entry);
            }
        }

        return true;
    }

    public ChainCut Copy() => (ChainCut)MemberwiseClone();

    public CutMark Mark(DateTimeOffset now) => new()
    {
        ChainId = chain.Id, Sequence = head.Sequence, Link = head.Link, Events = removedBefore + Removed + Pending,
        At = now.ToUnixTimeMilliseconds(), Damage = Damage,
    };

    public void Stored()
    {
        Removed += Pending;
        Pending = 0;
    }
}
