using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Runs of tasks. Whose they are is no label, and neither is a reason: some of those are the agent's own words.</summary>
public sealed class TaskMetrics
{
    public const string Meter = "AICodeManager.Tasks";

    private readonly Histogram<double> duration;
    private int running;

    public TaskMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        duration = meter.CreateHistogram(
            "aicli.tasks.duration", "s", "Runs of tasks on this node, by outcome (succeeded, failed, cancelled, timed_out; left: to the server's successor).",
            advice: TimeBuckets.Tasks);
        meter.CreateObservableGauge("aicli.tasks.running", () => Volatile.Read(ref running), "{task}", "Tasks that this node runs now.");
    }

    internal void Began() => Interlocked.Increment(ref running);

    internal void Ended(string outcome, TimeSpan time)
    {
        Interlocked.Decrement(ref running);
        duration.Record(time.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
    }
}
