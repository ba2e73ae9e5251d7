using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Ground.Telemetry;

/// <summary>Bounds of the buckets that durations are told in, in seconds.</summary>
public static class TimeBuckets
{
    /// <summary>Steps within a request: 50 µs to 10 s.</summary>
    public static readonly InstrumentAdvice<double> Steps = new()
    {
        HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    /// <summary>What takes moments: the start of a sandbox, a call of a model. 50 ms to 10 min.</summary>
    public static readonly InstrumentAdvice<double> Moments = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
    };

    /// <summary>Tasks: 1 s to a day.</summary>
    public static readonly InstrumentAdvice<double> Tasks = new()
    {
        HistogramBucketBoundaries = [1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21600, 86400],
    };
}
