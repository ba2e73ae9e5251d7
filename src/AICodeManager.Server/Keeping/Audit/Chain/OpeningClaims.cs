using System.Text.Json;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>What the opening entries of chains say of the chains before them.</summary>
internal sealed class OpeningClaims
{
    private const int PageSize = 500;

    // By the chains' own table: a seek for each, not a range of all their entries.
    private static readonly string Openings =
        $"SELECT {string.Join(", ", AuditRows.Columns.Split(", ").Select(column => "e." + column))} FROM audit_chains c "
        + "JOIN audit_events e ON e.chain_id = c.id AND e.sequence = 1 WHERE c.id > @after AND c.id <= @Last";

    private readonly Dictionary<string, HashSet<string>> named = [];

    private OpeningClaims()
    {
    }

    /// <summary>Reads every opening entry that is genuine; one that is not is found when its chain is gone through.</summary>
    public static async Task<OpeningClaims> GatherAsync(Database database, ChainKeys keys, ChainClaims claims, CancellationToken cancel)
    {
        var gathered = new OpeningClaims();
        for (var after = ""; ;)
        {
            var chains = await database.ReadAsync(
                r => r.QueryAsync<ChainRow>("SELECT * FROM audit_chains WHERE id > @after ORDER BY id LIMIT @PageSize", new { after, PageSize }),
                cancel);
            if (chains.Count == 0)
            {
                return gathered;
            }

            var roots = chains.ToDictionary(chain => chain.Id, chain => chain.Root);
            foreach (var opening in await database.ReadAsync(
                r => r.QueryAsync<AuditEntry>(Openings, new { after, Last = chains[^1].Id }), cancel))
            {
                gathered.Take(opening, roots[opening.ChainId!], keys, claims);
            }

            after = chains[^1].Id;
        }
    }

    /// <summary>True where the later chain's opening was read and does not name the earlier one.</summary>
    public bool Denies(string later, string earlier) => named.TryGetValue(later, out var names) && !names.Contains(earlier);

    private void Take(AuditEntry entry, string root, ChainKeys keys, ChainClaims claims)
    {
        if (entry.Details is null || !keys.Has(root) || !ChainLink.Fits(keys, ChainHead.Start(entry.ChainId!, root), entry, entry.Link))
        {
            return;
        }

        var names = named[entry.ChainId!] = [];
        using var details = JsonDocument.Parse(entry.Details);
        foreach (var line in details.RootElement.GetProperty(ChainOpening.Earlier).EnumerateArray())
        {
            if (ChainOpening.Read(line.GetString()!) is var (chain, sequence, link))
            {
                claims.Add(chain, sequence, link, $"the later chain {entry.ChainId}");
                names.Add(chain);
            }
        }
    }
}
