using System.Globalization;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Attacks;

/// <summary>
/// The coarse limit before all others: what one network sends far beyond its rate limit is refused by this node from
/// memory alone, before identity, cryptography and the shared store. Generous, twenty times <c>rate_limit.per_ip</c> and
/// at least 50 requests a second with 1,000 at once, because many people may share an address; exact limits come later.
/// </summary>
public sealed class FloodGate(Settings settings, TimeProvider time)
{
    private const int Generosity = 20;
    private const int LeastPerSecond = 50;
    private const int LeastBurst = 1000;

    /// <summary>Networks that are told apart at once: half a mebibyte.</summary>
    private const int Networks = 1 << 16;

    private readonly int burst = BurstOf(settings);

    private readonly CoarseBuckets buckets = new(
        Math.Max(LeastPerSecond, Generosity * settings.RateLimit.PerIp.Requests / settings.RateLimit.PerIp.Window.TotalSeconds),
        BurstOf(settings), Networks, time);

    // Of each network that is refused one event a minute, and of all together one a second.
    private readonly CoarseBuckets recorded = new(1 / 60.0, 1, 1 << 12, time);
    private readonly CoarseBuckets recordedInAll = new(1, 10, 1, time);

    /// <summary>Null lets pass; it takes some ten nanoseconds and allocates nothing. A network that floods gets a refusal.</summary>
    public Refusal? Refuse(ClientNetwork network) =>
        !settings.RateLimit.Enabled || buckets.TryTake(network.Bits, out var wait) ? null : Refusal(network, wait);

    private static int BurstOf(Settings settings) =>
        Math.Max(LeastBurst, (int)Math.Min(int.MaxValue, 5L * settings.RateLimit.PerIp.Requests));

    private Refusal Refusal(ClientNetwork network, TimeSpan wait)
    {
        var seconds = RetryAfter.Seconds(wait);
        var text = RetryAfter.Text(wait);
        return new(429, "rate_limited", "Too many requests.")
        {
            Detail = $"This network sends far more than its limit. Try again in {text} s.",
            Event = "rate_limited",
            Unrecorded = !recorded.TryTake(network.Bits, out _) || !recordedInAll.TryTake(0, out _),
            PrivateReason = "flood",
            Headers = new Dictionary<string, string>
            {
                [RetryAfter.Header] = text,
                ["X-RateLimit-Limit"] = burst.ToString(CultureInfo.InvariantCulture),
                ["X-RateLimit-Remaining"] = "0",
                ["X-RateLimit-Reset"] = (time.GetUtcNow().ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture),
            },
            Extensions = new Dictionary<string, object?>
            {
                ["error"] = "rate_limited", ["message"] = $"Too many requests; try again in {text} s.", ["retry_after"] = seconds,
            },
        };
    }
}
