using System.Buffers.Binary;
using System.Globalization;
using AICodeManager.Server.FrontDoor.Attacks;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>
/// The refusal of a request that a window has no room for: 429 with <c>Retry-After</c> and the guide's members. Of many
/// alike the audit is told once in a while, with how many it was not told of; each is counted and alerted on nevertheless.
/// </summary>
public sealed class RateLimitRefusals(TimeProvider time)
{
    private const int Callers = 1 << 14;

    // One a minute of each caller and limit, and ten at once but one a second of all together.
    private readonly CoarseBuckets ofCaller = new(1 / 60.0, 1, Callers, time);
    private readonly CoarseBuckets ofAll = new(1, 10, 1, time);
    private long untold;

    public Refusal Of(RateLimitGate.Asked asked)
    {
        var at = RateLimitHeaders.Tightest(asked.Question);
        var policy = asked.Policies[at];
        var seconds = RetryAfter.Seconds(asked.Question.States[at].Wait);
        var told = ofCaller.TryTake(NameOf(asked, policy), out _) && ofAll.TryTake(0, out _);
        var text = seconds.ToString(CultureInfo.InvariantCulture);
        var message = $"{Subject(policy)} exceed {policy.LimitText} in {RateLimitHeaders.Seconds(policy.Length)} s; try again in {text} s.";
        return new(429, "rate_limited", "Too many requests.")
        {
            Detail = message,
            Event = "rate_limited",
            Unrecorded = !told,
            PrivateDetails = told ? Details(asked, policy, Interlocked.Exchange(ref untold, 0)) : Untold(),
            Headers = new Dictionary<string, string> { ["Retry-After"] = text },
            Extensions = new Dictionary<string, object?> { ["error"] = "rate_limited", ["message"] = message, ["retry_after"] = seconds },
        };
    }

    private Dictionary<string, object?>? Untold()
    {
        Interlocked.Increment(ref untold);
        return null;
    }

    private static Dictionary<string, object?> Details(RateLimitGate.Asked asked, RateLimitPolicy policy, long untold)
    {
        Dictionary<string, object?> details = new() { ["limit"] = policy.Name, ["network"] = asked.Network.ToString(), ["untold"] = untold };
        if (asked.UserId is { } user)
            details["user"] = user;
        return details;
    }

    private static UInt128 NameOf(RateLimitGate.Asked asked, RateLimitPolicy policy) =>
        (asked.UserId is { } user && policy.Scope != RateLimitScope.Network ? BinaryPrimitives.ReadUInt128BigEndian(user.ToByteArray()) : asked.Network.Bits)
        ^ new UInt128((uint)policy.Prefix.GetHashCode(StringComparison.Ordinal), 0);

    private static string Subject(RateLimitPolicy policy) => policy.Scope switch
    {
        RateLimitScope.Everybody => "Requests of all clients together",
        RateLimitScope.Network => "Requests from this network",
        RateLimitScope.User => "Requests of this user",
        _ => "Requests of this caller to this route",
    };
}
