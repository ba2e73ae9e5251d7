using System.Diagnostics.Metrics;

namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>What can be counted of limits. No label names a person or an address.</summary>
public sealed class RateLimitMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string Meter = "AICodeManager.RateLimits";

    private readonly Counter<long> refused, alone;

    public RateLimitMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        refused = meter.CreateCounter<long>("aicli.ratelimits.refused", "{request}", "Requests that a window had no room for, by the limit's name.");
        alone = meter.CreateCounter<long>("aicli.ratelimits.alone", "{request}", "Requests that this node counted by itself, for the shared store was away.");
    }

    /// <param name="limit">Name of the policy.</param>
    public void Refused(string limit) => refused.Add(1, new KeyValuePair<string, object?>("limit", limit));

    public void CountedAlone() => alone.Add(1);
}
