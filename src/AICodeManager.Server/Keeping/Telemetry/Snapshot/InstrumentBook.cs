using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Keeping.Telemetry.Snapshot;

/// <summary>All series of one instrument, at most <see cref="MostSeries"/>: what comes beyond shares one.</summary>
internal sealed class InstrumentBook
{
    public const int MostSeries = 1000;

    private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel.metric.overflow", true)];

    private readonly ConcurrentDictionary<SeriesKey, SeriesCell> series = new(SeriesComparer.It);
    private readonly ConcurrentDictionary<SeriesKey, SeriesCell>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> byLabels;

    public InstrumentBook(Instrument instrument)
    {
        Instrument = instrument;
        byLabels = series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        Kind = instrument switch
        {
            Histogram<double> or Histogram<long> or Histogram<int> => MetricKind.Histogram,
            _ when instrument.GetType() is { IsGenericType: true } type
                && type.GetGenericTypeDefinition() is var form
                && (form == typeof(Counter<>) || form == typeof(ObservableCounter<>)) => MetricKind.Counter,
            _ => MetricKind.Gauge,
        };
        Bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : null;
    }

    public Instrument Instrument { get; }

    public MetricKind Kind { get; }

    /// <summary>Upper bounds of a histogram's buckets, rising; the last bucket has none.</summary>
    public double[]? Bounds { get; }

    public IReadOnlyList<KeyValuePair<SeriesKey, SeriesCell>> Series => [.. series];

    public void Measured(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (!byLabels.TryGetValue(labels, out var cell))
        {
            cell = Find(labels);
        }

        // What an observable instrument tells is how it stands, not what came to it; a gauge's, too.
        if (Instrument.IsObservable || (Kind == MetricKind.Gauge && Instrument is Gauge<double> or Gauge<long> or Gauge<int>))
        {
            cell.Set(value);
        }
        else
        {
            cell.Add(value);
        }
    }

    private SeriesCell Find(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (series.Count >= MostSeries)
        {
            labels = Overflow;
        }

        return byLabels.TryGetValue(labels, out var cell) ? cell : series.GetOrAdd(SeriesComparer.It.Create(labels), new SeriesCell(Bounds));
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
        // OpenTelemetry's own where an instrument says nothing.
        _ => [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000],
    };
}

/// <summary>What a metric's figures mean.</summary>
internal enum MetricKind
{
    /// <summary>Only rises, from the start of the process.</summary>
    Counter,

    /// <summary>How something stands now.</summary>
    Gauge,

    /// <summary>How measurements spread.</summary>
    Histogram,
}
