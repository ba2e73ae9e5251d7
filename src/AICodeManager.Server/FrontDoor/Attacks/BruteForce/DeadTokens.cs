using System.Collections.Concurrent;
using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// Charges tokens that were never good here to the network that sends them, each once an hour: a build server with one
/// stale token is no attacker. Where nobody has signed in from a network and it goes on making tokens up, its tokens are
/// refused unread for as long as its bucket takes to have room again.
/// </summary>
/// <remarks>Expired tokens are not told here: they were good, and whole offices have them.</remarks>
public sealed class DeadTokens(GuessGuard guard, GuessKeys keys, SignInWatch watch, Settings settings, TimeProvider time)
{
    // Beyond that the memory begins anew: what it spares is work, the counts are the store's.
    private const int Most = 10_000;

    private readonly bool enabled = settings.Monitoring.AttackDetection.BruteForce.Enabled;
    private readonly ConcurrentDictionary<ClientNetwork, DateTimeOffset> refused = new();

    /// <summary>The refusal of any token of this request, unread; null to read it. Costs nothing while nobody makes tokens up.</summary>
    public Refusal? Judge(HttpContext context)
    {
        if (refused.IsEmpty || !refused.TryGetValue(ClientNetwork.Of(context), out var until))
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (until > now)
        {
            return BlockRefusals.SignInBlocked(until - now, told: false);
        }

        refused.TryRemove(new(ClientNetwork.Of(context), until));
        return null;
    }

    /// <summary>Tells of a token that was read and never was good.</summary>
    public async ValueTask ChargeAsync(HttpContext context, string token)
    {
        if (!enabled)
        {
            return;
        }

        var attempt = watch.Of(context);
        var (wait, alarms) = await guard.ChargeTokenAsync(attempt, keys.OfToken(token), context.RequestAborted);
        if (wait > TimeSpan.Zero)
        {
            if (refused.Count >= Most)
            {
                refused.Clear();
            }

            refused[attempt.Network] = time.GetUtcNow() + wait;
        }

        await watch.TellAsync(attempt.Network, alarms, null, RequestOrigin.Of(context));
    }
}
