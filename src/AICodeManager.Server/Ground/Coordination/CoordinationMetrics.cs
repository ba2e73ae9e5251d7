using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.Ground.Coordination;

/// <summary>Round trips to Redis: how many, how long, how they ended. An embedded store has none; what it keeps the database tells.</summary>
public sealed class CoordinationMetrics(IMeterFactory meters)
{
    public const string Meter = "AICodeManager.Coordination";

    private readonly Histogram<double> duration = meters.Create(Meter).CreateHistogram(
        "aicli.coordination.duration", "s", "Round trips to Redis, by operation (exchange, publish) and outcome (ok, failed, cancelled).",
        advice: TimeBuckets.Steps);

    internal void Took(string operation, string outcome, TimeSpan time) =>
        duration.Record(time.TotalSeconds, new("operation", operation), new("outcome", outcome));
}
