using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Telemetry;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>What can be counted of signed requests (spec B13). No label names a person or a key.</summary>
public sealed class KeyMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string Meter = "AICodeManager.ClientKeys";

    private readonly Counter<long> verifications, lookups;
    private readonly Histogram<double> duration;
    private readonly HitCount? memory, shared;

    public KeyMetrics(IMeterFactory meters, CacheMetrics? caches = null)
    {
        (memory, shared) = (caches?.Of("keys"), caches?.Of("keys_shared"));
        var meter = meters.Create(Meter);
        verifications = meter.CreateCounter<long>(
            "aicli.signatures.verified", "{request}", "Signed requests by algorithm and result (a refusal's code, or ok).");
        lookups = meter.CreateCounter<long>("aicli.keys.lookups", "{lookup}", "Look-ups of keys by where they were found.");
        duration = meter.CreateHistogram<double>("aicli.signatures.duration", "s", "Time to verify a signed request, without its exchange.", advice: TimeBuckets.Steps);
    }

    /// <param name="algorithm">Null where the key is not known.</param>
    public void Judged(SignatureAlgorithm? algorithm, string result) =>
        verifications.Add(1, new("algorithm", algorithm?.ToString() ?? "unknown"), new("result", result));

    /// <param name="level"><c>memory</c>, <c>shared</c>, <c>database</c> or <c>nowhere</c>.</param>
    public void FoundIn(string level)
    {
        lookups.Add(1, new KeyValuePair<string, object?>("level", level));
        memory?.Count(level == "memory");
        if (level != "memory")
        {
            shared?.Count(level == "shared");
        }
    }

    public void Took(TimeSpan time) => duration.Record(time.TotalSeconds);
}
