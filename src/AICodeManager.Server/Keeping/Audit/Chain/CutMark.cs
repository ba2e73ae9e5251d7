using System.Buffers.Text;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// Says that the entries of a chain up to a place are gone by right: retention removed them. Made with the key of the chain, so
/// that nobody else can excuse a deletion. One more, of no chain, counts the events from before there were chains.
/// </summary>
internal sealed record CutMark
{
    /// <summary>Stands for the events that were written before there were chains: how many (sequence), the newest id (link).</summary>
    public const string BeforeChains = "before";

    private const string Purpose = "aicli audit cut v1";

    public string ChainId { get; init; } = "";

    /// <summary>The last place that is gone.</summary>
    public long Sequence { get; init; }

    /// <summary>The link there, which the next entry stands on.</summary>
    public string Link { get; init; } = "";

    /// <summary>How many entries were removed over time.</summary>
    public long Events { get; init; }

    public long At { get; init; }

    /// <summary>The first fault among what was removed; null where it was whole.</summary>
    public string? Damage { get; init; }

    public string Root { get; init; } = "";
    public string Mac { get; init; } = "";

    /// <summary>Whether it was made by whoever has the key.</summary>
    public bool IsGenuine(ChainKeys keys) => StrictBase64Url.Decode(Mac) is { } mac && keys.IsMac(Root, Content().Bytes, mac);

    public CutMark Signed(ChainKeys keys)
    {
        var mark = this with { Root = keys.Current };
        return mark with { Mac = Base64Url.EncodeToString(keys.Mac(mark.Root, mark.Content().Bytes)) };
    }

    /// <summary>The mark of one chain, if it is genuine.</summary>
    public static async Task<CutMark?> FindAsync(Database database, ChainKeys keys, string chain, CancellationToken cancel) =>
        await database.ReadAsync(r => r.SingleAsync<CutMark>("SELECT * FROM audit_cuts WHERE chain_id = @chain", new { chain }), cancel)
            is { } mark && mark.IsGenuine(keys)
            ? mark
            : null;

    /// <summary>Every genuine mark by its chain; others are faults.</summary>
    public static async Task<IReadOnlyDictionary<string, CutMark>> LoadAsync(
        Database database, ChainKeys keys, Findings findings, CancellationToken cancel)
    {
        Dictionary<string, CutMark> genuine = [];
        foreach (var mark in await database.ReadAsync(r => r.QueryAsync<CutMark>("SELECT * FROM audit_cuts"), cancel))
        {
            if (mark.IsGenuine(keys))
            {
                genuine[mark.ChainId] = mark;
                if (mark.Damage is not null)
                {
                    findings.Add(
                        AuditFaultKind.Altered, mark.ChainId, mark.Sequence, null, $"was damaged among what retention has removed: {mark.Damage}");
                }
            }
            else
            {
                findings.Add(
                    keys.Has(mark.Root) ? AuditFaultKind.Altered : AuditFaultKind.KeyMissing, mark.ChainId, mark.Sequence, null,
                    "the mark of what retention removed was not made with a configured database.encryption.key");
            }
        }

        return genuine;
    }

    /// <summary>Puts the mark in place of an earlier one.</summary>
    public Task WriteAsync(Transaction t) => t.ExecuteAsync(
        """
        INSERT INTO audit_cuts (chain_id, sequence, link, events, at, damage, root, mac)
        VALUES (@ChainId, @Sequence, @Link, @Events, @At, @Damage, @Root, @Mac)
        ON CONFLICT (chain_id) DO UPDATE SET sequence = excluded.sequence, link = excluded.link, events = excluded.events,
            at = excluded.at, damage = excluded.damage, root = excluded.root, mac = excluded.mac
        """, this);

    /// <summary>With the very first chain: counts what has none. From then on nothing may be without.</summary>
    public static async Task EnsureStartAsync(Transaction t, ChainKeys keys, DateTimeOffset now)
    {
        if (await t.ScalarAsync<string>("SELECT MIN(id) FROM audit_chains") is not null)
        {
            return; // where it is missing now somebody removed it, and it must not count what was put in since
        }

        var start = new CutMark
        {
            ChainId = BeforeChains,
            Sequence = await t.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE chain_id IS NULL"),
            Link = await t.ScalarAsync<string>("SELECT MAX(id) FROM audit_events WHERE chain_id IS NULL") ?? "",
            At = now.ToUnixTimeMilliseconds(),
        }.Signed(keys);
        await t.ExecuteAsync(
            """
            INSERT INTO audit_cuts (chain_id, sequence, link, events, at, root, mac)
            VALUES (@ChainId, @Sequence, @Link, 0, @At, @Root, @Mac) ON CONFLICT (chain_id) DO NOTHING
            """, start);
    }

    private Canonical Content() => new Canonical(Purpose).Add(ChainId).Add(Sequence).Add(Link).Add(Events).Add(At).Add(Damage);
}
