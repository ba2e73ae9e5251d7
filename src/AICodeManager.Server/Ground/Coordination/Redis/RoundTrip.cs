using System.Diagnostics;
using AICodeManager.Server.Ground.Telemetry;

namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>One question to Redis until its answer: measured, and a span of the trace where somebody records one.</summary>
internal readonly struct RoundTrip
{
    private readonly CoordinationMetrics? metrics;
    private readonly Activity? span;
    private readonly string operation;
    private readonly long began;

    /// <param name="metrics">Null where nobody counts.</param>
    public RoundTrip(CoordinationMetrics? metrics, string operation)
    {
        (this.metrics, this.operation) = (metrics, operation);
        span = Tracing.Source.StartActivity("redis", ActivityKind.Client);
        if (span is not null)
        {
            span.DisplayName = $"redis {operation}";
            span.SetTag("db.system.name", "redis").SetTag("db.operation.name", operation);
        }

        began = Stopwatch.GetTimestamp();
    }

    public void Ended(string outcome)
    {
        metrics?.Took(operation, outcome, Stopwatch.GetElapsedTime(began));
        span.End(outcome);
    }
}
