using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>What a monitor may plot of the streams. The only label is the stream's configured name.</summary>
public sealed class StreamMetrics
{
    private readonly Counter<long> sent, failed;
    private readonly ConcurrentDictionary<string, double> lags = new();

    public StreamMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("AICodeManager.Audit");
        sent = meter.CreateCounter<long>("aicli.audit.stream.sent", "{event}", "Events and checkpoints that a receiver took.");
        failed = meter.CreateCounter<long>("aicli.audit.stream.failed", "{attempt}", "Batches that a receiver did not take.");
        meter.CreateObservableGauge(
            "aicli.audit.stream.lag", () => lags.Select(one => new Measurement<double>(one.Value, Label(one.Key))), "s",
            "Age of the oldest event that was not sent, on the node that sends.");
    }

    internal void Sent(string stream, int count) => sent.Add(count, Label(stream));

    internal void Failed(string stream) => failed.Add(1, Label(stream));

    /// <param name="lag">Null where another node sends.</param>
    internal void Lag(string stream, TimeSpan? lag)
    {
        if (lag is { } known)
            lags[stream] = known.TotalSeconds;
        else
            lags.TryRemove(stream, out _);
    }

    private static KeyValuePair<string, object?> Label(string stream) => new("stream", stream);
}
