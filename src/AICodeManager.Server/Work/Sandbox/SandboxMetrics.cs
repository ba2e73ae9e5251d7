using System.Diagnostics.Metrics;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>How long sandboxes take to start.</summary>
public sealed class SandboxMetrics(IMeterFactory meters)
{
    public const string Meter = "AICodeManager.Sandbox";

    private readonly Histogram<double> start = meters.Create(Meter).CreateHistogram(
        "aicli.sandbox.start", "s", "Starts of sandboxes, of tasks and of short jobs, by engine and outcome (ok, cancelled, or a code of docs/sandbox.md).",
        advice: TimeBuckets.Moments);

    /// <param name="engine"><c>none</c> too where no engine was reached yet.</param>
    internal void Started(string engine, string outcome, TimeSpan time) => start.Record(time.TotalSeconds, new("engine", engine), new("outcome", outcome));
}
