using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks.Blocks;

/// <summary>What a blocked network may not do.</summary>
public enum BlockScope
{
    /// <summary>Sign in, register, or prove anything, but from a device that the account knows.</summary>
    SignIn,

    /// <summary>Anything.</summary>
    All,
}

/// <summary>Why a network is blocked.</summary>
public static class BlockReason
{
    public const string BruteForce = "brute_force", Attacks = "attacks", Manual = "manual";
}

/// <summary>A block in the memory of a node.</summary>
/// <param name="ChangedAt">When its row changed last; an older reading of it does not overwrite a newer one.</param>
public sealed record Block(Guid Id, NetworkRange Range, BlockScope Scope, DateTimeOffset Until, DateTimeOffset ChangedAt)
{
    // Of the refusals of a minute one is written down, of the sign-ins of three seconds one is looked at in full.
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);
    private const int LooksAtOnce = 20;

    private long toldAt, looked;

    /// <summary>Whether this refusal is to be written down: the first, and one a minute.</summary>
    public bool TakeTelling(DateTimeOffset now)
    {
        var last = Volatile.Read(ref toldAt);
        return now.UtcTicks - last >= TellEvery.Ticks && Interlocked.CompareExchange(ref toldAt, now.UtcTicks, last) == last;
    }

    /// <summary>
    /// Whether a sign-in may be looked at in full, for the device token that its body may have or the lock that its account
    /// may be under: twenty at once, then one every three seconds. A flood of them costs no more than that.
    /// </summary>
    public bool TakeLook(DateTimeOffset now)
    {
        while (true)
        {
            var before = Volatile.Read(ref looked);
            var after = Math.Max(before, now.UtcTicks) + LookEvery.Ticks;
            if (after > now.UtcTicks + (LooksAtOnce * LookEvery.Ticks))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref looked, after, before) == before)
            {
                return true;
            }
        }
    }
}

/// <summary>The refusals of blocked networks.</summary>
public static class BlockRefusals
{
    public static Refusal Blocked(TimeSpan wait, bool told) => new(403, "blocked", "Requests from your network are refused for a time.")
    {
        Event = "request_refused", Unrecorded = !told, Headers = Wait(wait),
    };

    /// <summary>The same for names with and without an account.</summary>
    public static Refusal SignInBlocked(TimeSpan wait, bool told = true) =>
        new(429, "sign_in_blocked", "Too many sign-ins from your network or with what you sent have failed; wait before the next one.")
        {
            Unrecorded = !told, Headers = Wait(wait),
        };

    private static Dictionary<string, string> Wait(TimeSpan wait) => new() { [RetryAfter.Header] = RetryAfter.Text(wait) };
}
