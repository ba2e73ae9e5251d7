using System.Diagnostics.Metrics;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>What can be counted of signed requests (spec B13). No label names a person or a key.</summary>
public sealed class KeyMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string Meter = "AICodeManager.ClientKeys";

    private readonly Counter<long> verifications, lookups;
    private readonly Histogram<double> duration;

    public KeyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        verifications = meter.CreateCounter<long>(
            "aicli.signatures.verified", "{request}", "Signed requests by algorithm and result (a refusal's code, or ok).");
        lookups = meter.CreateCounter<long>("aicli.keys.lookups", "{lookup}", "Look-ups of keys by where they were found.");
        duration = meter.CreateHistogram<double>("aicli.signatures.duration", "s", "Time to verify a signed request, without its exchange.");
    }

    /// <param name="algorithm">Null where the key is not known.</param>
    public void Judged(SignatureAlgorithm? algorithm, string result) =>
        verifications.Add(1, new("algorithm", algorithm?.ToString() ?? "unknown"), new("result", result));

    public void FoundIn(string level) => lookups.Add(1, new KeyValuePair<string, object?>("level", level));

    public void Took(TimeSpan time) => duration.Record(time.TotalSeconds);
}
