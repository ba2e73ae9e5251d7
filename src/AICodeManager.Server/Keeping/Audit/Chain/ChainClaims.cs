namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>What somebody else knows of a chain: that it had this link at this place. A chain must be at least that.</summary>
/// <param name="By">Who says so, for people.</param>
internal sealed record ChainClaim(long Sequence, string Link, string By);

/// <summary>Claims by chain. Bounded by the number of chains, for each opening names at most 128 and repeats count once.</summary>
internal sealed class ChainClaims
{
    private readonly Dictionary<string, Dictionary<(long Sequence, string Link), string>> claims = [];

    public IEnumerable<string> Chains => claims.Keys;

    public void Add(string chain, long sequence, string link, string by)
    {
        if (!claims.TryGetValue(chain, out var ofChain))
        {
            claims[chain] = ofChain = [];
        }

        ofChain.TryAdd((sequence, link), by);
    }

    /// <summary>By place.</summary>
    public IReadOnlyList<ChainClaim> Of(string chain) => claims.TryGetValue(chain, out var ofChain)
        ? [.. ofChain.Select(claim => new ChainClaim(claim.Key.Sequence, claim.Key.Link, claim.Value)).OrderBy(claim => claim.Sequence)]
        : [];
}
