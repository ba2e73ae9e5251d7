using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Files;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>Every chain there is or was: those that are registered, and those that only others know.</summary>
internal static class ChainList
{
    // A step from each id to the next one: a seek in the index, however many rows a chain has.
    private const string NextWithEvents = "SELECT MIN(chain_id) FROM audit_events WHERE chain_id > @after";
    private const string NextWithCheckpoints = "SELECT MIN(chain_id) FROM audit_checkpoints WHERE chain_id > @after";

    /// <summary>The registered ones; what is known of others is a fault.</summary>
    public static async Task<IReadOnlyList<ChainRow>> LoadAsync(
        Database database, FileChains files, ChainClaims claims, Findings findings, CancellationToken cancel)
    {
        var chains = await database.ReadAsync(r => r.QueryAsync<ChainRow>("SELECT * FROM audit_chains ORDER BY id"), cancel);
        var registered = chains.Select(chain => chain.Id).ToHashSet(StringComparer.Ordinal);
        chains = [.. chains, .. await files.UnregisteredAsync(registered, findings, cancel)];
        registered.UnionWith(chains.Select(chain => chain.Id));
        foreach (var chain in claims.Chains.Where(chain => !registered.Contains(chain)))
        {
            var last = claims.Of(chain)[^1];
            findings.Add(
                AuditFaultKind.Deleted, chain, 1, null, $"the whole chain is missing; {last.By} knows it up to sequence {last.Sequence}");
        }

        foreach (var chain in await UnknownAsync(database, NextWithCheckpoints, registered, cancel))
        {
            findings.Add(AuditFaultKind.Deleted, chain, 1, null, "the whole chain is missing; there are checkpoints of it");
        }

        foreach (var chain in await UnknownAsync(database, NextWithEvents, registered, cancel))
        {
            findings.Add(AuditFaultKind.Foreign, chain, null, null, "there are entries of a chain that is not registered");
        }

        return chains;
    }

    private static async Task<IReadOnlyList<string>> UnknownAsync(
        Database database, string next, HashSet<string> registered, CancellationToken cancel)
    {
        List<string> unknown = [];
        for (string? id = ""; unknown.Count < AuditReport.MostFaults;)
        {
            id = await database.ReadAsync(r => r.ScalarAsync<string>(next, new { after = id }), cancel);
            if (id is null)
            {
                break;
            }

            if (!registered.Contains(id))
            {
                unknown.Add(id);
            }
        }

        return unknown;
    }
}
