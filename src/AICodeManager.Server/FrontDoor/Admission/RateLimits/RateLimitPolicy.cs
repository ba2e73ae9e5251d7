using System.Globalization;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>Whose requests share a window.</summary>
public enum RateLimitScope
{
    Everybody,
    Network,
    User,

    /// <summary>The user's, of one route; its network's where nobody is signed in.</summary>
    Caller,
}

/// <summary>One row of the table of limits.</summary>
/// <param name="Name">As clients and operators read it: <c>global</c>, <c>per-ip</c>, <c>per-user</c>, <c>endpoint</c>.</param>
/// <param name="Prefix">What the names of its windows begin with; the same on every node.</param>
/// <param name="Strict">
/// Whether it guards a proof of identity: exact, and quartered while only this node counts.
/// </param>
public sealed record RateLimitPolicy(string Name, RateLimitScope Scope, string Prefix, int Requests, TimeSpan Length, bool Strict = false)
{
    /// <summary>What stands before the network in the name of a <see cref="RateLimitScope.Caller"/>'s window.</summary>
    internal const string CallersNetwork = "i:";

    // An exact window keeps every time; of so many only the rate matters.
    private const int MostExact = 1000;

    /// <summary>While the shared store is away, what guards a proof is not to be had from every node in turn.</summary>
    private const int StrictShare = 4;

    /// <summary>The value of <c>X-RateLimit-Limit</c>.</summary>
    public string LimitText { get; } = Requests.ToString(CultureInfo.InvariantCulture);

    /// <summary>The value of <c>RateLimit-Policy</c>.</summary>
    public string PolicyText { get; } = string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";q={Requests};w={(long)Math.Ceiling(Length.TotalSeconds)}");

    private WindowKind Kind => Strict && Requests <= MostExact ? WindowKind.Exact : WindowKind.Compact;

    public Window WindowOf(string name) => new(name, Requests, Length, Kind);

    /// <summary>The same for the caller's network, whoever is signed in: one window with those who are not.</summary>
    public RateLimitPolicy OfNetwork() => new(Name, RateLimitScope.Network, $"{Prefix}{CallersNetwork}", Requests, Length, Strict);

    /// <summary>What one of several nodes serves by itself: at least one request, and never without limit.</summary>
    public RateLimitPolicy ShareOf(int nodes) =>
        new(Name, Scope, Prefix, Math.Max(1, Requests / (Strict ? nodes * StrictShare : nodes)), Length, Strict);
}
