using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// Opens a chain in the transaction of its first event. The opening entry names where earlier chains were, so that one which
/// is deleted whole, or whose tail is cut off, is missed by this one.
/// </summary>
internal static class ChainOpening
{
    public const string Name = "audit_chain_opened";

    /// <summary>Detail of the opening entry: a line for each earlier chain, with its id, place and link.</summary>
    public const string Earlier = "earlier";

    /// <summary>As many earlier chains as are named, the latest first.</summary>
    public const int MostEarlier = 128;

    // The newest that no later chain covers. Chains that were cut to nothing end where their mark says.
    private const string Heads = """
        SELECT c.id, c.closed_at, COALESCE(e.sequence, k.sequence) AS sequence, COALESCE(e.link, k.link) AS link
        FROM (SELECT id, closed_at FROM audit_chains WHERE covered_by IS NULL AND store = 'database' ORDER BY id DESC LIMIT 128) c
        LEFT JOIN audit_events e ON e.chain_id = c.id
            AND e.sequence = (SELECT MAX(m.sequence) FROM audit_events m WHERE m.chain_id = c.id)
        LEFT JOIN audit_cuts k ON k.chain_id = c.id
        ORDER BY c.id DESC
        """;

    /// <summary>Registers the chain.</summary>
    /// <returns>Its first entry, not yet linked, and the closed chains that it names: no further one has to.</returns>
    public static async Task<(AuditEntry Entry, IReadOnlyList<string> Covered)> WriteAsync(Transaction t, ChainHead start, AuditNode node, ChainKeys keys, DateTimeOffset now)
    {
        await CutMark.EnsureStartAsync(t, keys, now);
        var earlier = await t.QueryAsync<Head>(Heads);
        await t.ExecuteAsync(
            "INSERT INTO audit_chains (id, node, store, root, started_at) VALUES (@ChainId, @Name, 'database', @Root, @now)",
            new { start.ChainId, node.Name, start.Root, now });
        return (
            AuditEntry.Of(RequestOrigin.System, Opened(start, node, earlier), now),
            [.. earlier.Where(head => head is { ClosedAt: not null, Link: not null }).Select(head => head.Id)]);
    }

    /// <summary>What an opening entry says of one earlier chain; null where it is not of that form.</summary>
    public static (string ChainId, long Sequence, string Link)? Read(string line) =>
        line.Split(' ') is [var chain, var sequence, var link] && long.TryParse(sequence, out var place) ? (chain, place, link) : null;

    private static AuditEvent Opened(ChainHead start, AuditNode node, IReadOnlyList<Head> earlier) =>
        new AuditEvent("audit_chain_opened")
        {
            Details = new Dictionary<string, object?>
            {
                ["node"] = node.Name,
                ["root"] = start.Root,
                ["store"] = ChainRow.InDatabase,
                [Earlier] = earlier.Where(head => head.Link is not null).Select(head => $"{head.Id} {head.Sequence} {head.Link}").ToArray(),
            },
        }.On("chain", start.ChainId);

    private sealed record Head
    {
        public string Id { get; init; } = "";
        public long? ClosedAt { get; init; }
        public long? Sequence { get; init; }
        public string? Link { get; init; }
    }
}
