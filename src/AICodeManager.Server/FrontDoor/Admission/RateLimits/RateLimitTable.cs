using System.Runtime.CompilerServices;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>Which limits a request is under, by its route and by whether somebody is signed in.</summary>
public sealed class RateLimitTable
{
    private static readonly Limits None = new([], []);

    // Redis' keys of one exchange lie in one slot, and more windows are more work for each request.
    private const int MostOfRoutes = 4;

    private readonly bool enabled;
    private readonly Limits everywhere;
    private readonly EndpointLimit[] endpoints;
    private readonly ConditionalWeakTable<Endpoint, Limits> known = [];

    public RateLimitTable(Settings settings)
    {
        var limits = settings.RateLimit;
        enabled = limits.Enabled;
        // A flood of strangers from many networks must not shut everybody out who is at work: from a thousand on, a fifth
        // of the global window is kept for requests that carry a proof.
        var (all, strangers) = (Global(limits.Global.Requests), Global(limits.Global.Requests - (limits.Global.Requests / 1000 * 200)));
        RateLimitPolicy network = new("per-ip", RateLimitScope.Network, "i:", limits.PerIp.Requests, limits.PerIp.Window);
        RateLimitPolicy user = new("per-user", RateLimitScope.User, "u:", limits.PerUser.Requests, limits.PerUser.Window);
        everywhere = new([strangers, network], limits.PerIpSignedIn ? [all, network, user] : [all, user]);
        endpoints = [.. limits.Endpoints.Select(e => new EndpointLimit(e.Key, e.Value))];

        RateLimitPolicy Global(int requests) => new("global", RateLimitScope.Everybody, "g", requests, limits.Global.Window);
    }

    /// <summary>The limits, widest first; none where nothing is limited.</summary>
    public IReadOnlyList<RateLimitPolicy> Of(Endpoint? endpoint, bool signedIn)
    {
        var limits = !enabled ? None : endpoint is null ? everywhere : known.GetValue(endpoint, Find);
        return signedIn ? limits.SignedIn : limits.Anonymous;
    }

    /// <summary>Configured routes of which the server has none.</summary>
    internal IEnumerable<string> Unmatched(IReadOnlyList<Endpoint> all) =>
        from limit in endpoints where !all.Any(limit.Covers) select limit.Name;

    private Limits Find(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<Unlimited>() is not null)
            return None;
        var own = endpoints.Where(e => e.Covers(endpoint)).Select(e => e.Policy).Take(MostOfRoutes).ToArray();
        if (own.Length == 0)
            return everywhere;
        // On a route that asks for no proof, one that is there all the same must not be worth a further window: with tokens
        // of accounts of one's own, each would be another five guesses.
        var ofSignedIn = endpoint.Metadata.GetMetadata<AccessRule>() is { Permission: null } ? own.Select(policy => policy.OfNetwork()) : own;
        return new([.. everywhere.Anonymous, .. own], [.. everywhere.SignedIn, .. ofSignedIn]);
    }

    private sealed record Limits(RateLimitPolicy[] Anonymous, RateLimitPolicy[] SignedIn);
}
