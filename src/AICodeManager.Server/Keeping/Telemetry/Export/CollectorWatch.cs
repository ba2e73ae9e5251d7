using System.Diagnostics.Tracing;

namespace AICodeManager.Server.Keeping.Telemetry.Export;

/// <summary>Tells the operator that a collector does not take what it is sent, which the exporter tells only to whoever listens.</summary>
internal sealed partial class CollectorWatch(TimeProvider time, ILogger<CollectorWatch> log) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(10);

    private long toldAt;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Warning);
        }
    }

    // Only the event's name: its text may have the collector's own words.
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventSource.Name != Exporter)
        {
            return;
        }

        var (now, last) = (time.GetUtcNow().UtcTicks, Interlocked.Read(ref toldAt));
        if (now - last >= TellEvery.Ticks && Interlocked.CompareExchange(ref toldAt, now, last) == last)
        {
            LogNotTaken(log, eventData.EventName);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Telemetry does not reach its collector ({what}); what does not arrive is dropped")]
    private static partial void LogNotTaken(ILogger logger, string? what);
}
