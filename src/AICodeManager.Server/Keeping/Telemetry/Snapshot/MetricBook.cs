using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Keeping.Telemetry.Snapshot;

/// <summary>
/// Keeps the figures of every metric of this server since its start, so that they can be looked at without a collector:
/// bounded in series, and without any cost but the counting.
/// </summary>
public sealed class MetricBook : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Instrument, InstrumentBook> books = new();
    private readonly MeterListener listener = new();
    private readonly Lock collecting = new();

    public MetricBook(IMeterFactory meters, TimeProvider time)
    {
        StartedAt = time.GetUtcNow();
        listener.InstrumentPublished = (instrument, to) =>
        {
            // Another server of this process, as tests have, counts for itself.
            if (ReferenceEquals(instrument.Meter.Scope, meters) && OurMetrics.Has(instrument))
            {
                to.EnableMeasurementEvents(instrument, books.GetOrAdd(instrument, one => new InstrumentBook(one)));
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, labels, book) => ((InstrumentBook)book!).Measured(value, labels));
        listener.SetMeasurementEventCallback<int>((_, value, labels, book) => ((InstrumentBook)book!).Measured(value, labels));
        listener.SetMeasurementEventCallback<double>((_, value, labels, book) => ((InstrumentBook)book!).Measured(value, labels));
        listener.Start();
    }

    /// <summary>From when on the figures count.</summary>
    public DateTimeOffset StartedAt { get; }

    /// <summary>Every metric that there is, by name, as it stands now.</summary>
    internal IReadOnlyList<InstrumentBook> Read()
    {
        lock (collecting)
        {
            listener.RecordObservableInstruments();
        }

        return [.. books.Values.OrderBy(book => book.Instrument.Name, StringComparer.Ordinal)];
    }

    /// <summary>Made before the others start, so that nothing goes uncounted.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => listener.Dispose();
}
