using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>Round trips to the database: how many, how long, how they ended. No label tells what was asked about.</summary>
public sealed class StorageMetrics(IMeterFactory meters, string kind)
{
    public const string Meter = "AICodeManager.Storage";

    private readonly Histogram<double> duration = meters.Create(Meter).CreateHistogram(
        "aicli.storage.duration", "s",
        "Round trips to the database, by operation (select, insert, update, delete, other, connect, commit) and outcome (ok, failed, cancelled).",
        advice: TimeBuckets.Steps);

    /// <summary><c>sqlite</c> or <c>postgresql</c>.</summary>
    public string Kind => kind;

    internal void Took(string operation, string outcome, TimeSpan time) =>
        duration.Record(time.TotalSeconds, new("operation", operation), new("outcome", outcome));
}
