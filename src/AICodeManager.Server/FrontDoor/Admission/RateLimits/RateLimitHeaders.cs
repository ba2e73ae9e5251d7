using System.Globalization;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>
/// How a client stands, by its tightest window: the guide's three fields, and <c>RateLimit</c> and <c>RateLimit-Policy</c>
/// of draft-ietf-httpapi-ratelimit-headers-11. "Reset" is when more can be had than is left now, in seconds rounded up.
/// </summary>
internal static class RateLimitHeaders
{
    public static void Set(IHeaderDictionary headers, CountInWindows question, IReadOnlyList<RateLimitPolicy> policies)
    {
        var at = Tightest(question);
        var (policy, state) = (policies[at], question.States[at]);
        var seconds = Seconds(state.Wait);
        headers["X-RateLimit-Limit"] = policy.LimitText;
        headers["X-RateLimit-Remaining"] = Text(state.Remaining);
        headers["X-RateLimit-Reset"] = Text(question.At.ToUnixTimeSeconds() + seconds);
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{policy.Name}\";r={state.Remaining};t={seconds}");
        headers["RateLimit-Policy"] = policy.PolicyText;
    }

    /// <summary>Of windows that refused, the one to wait for longest; else the one that holds the fewest more.</summary>
    public static int Tightest(CountInWindows question)
    {
        var at = 0;
        for (var i = 1; i < question.States.Length; i++)
        {
            var (one, best) = (question.States[i], question.States[at]);
            if (one.Refused != best.Refused ? one.Refused
                : one.Refused || one.Remaining == best.Remaining ? one.Wait > best.Wait
                : one.Remaining < best.Remaining)
                at = i;
        }

        return at;
    }

    /// <summary>Whole seconds after which a time is over.</summary>
    public static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
