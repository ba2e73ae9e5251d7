using System.Text.Json.Serialization;

namespace AICodeManager.Server.Keeping.Telemetry.Snapshot;

/// <summary>The figures as the API gives them.</summary>
/// <param name="StartedAt">From when on counters and histograms count.</param>
public sealed record MetricsView(DateTimeOffset StartedAt, DateTimeOffset TakenAt, IReadOnlyList<MetricsView.Metric> Metrics)
{
    /// <param name="Kind"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    public sealed record Metric(string Name, string Kind, string? Unit, string? Description, IReadOnlyList<Series> Series);

    /// <param name="Value">Of a counter or a gauge.</param>
    /// <param name="Count">Of a histogram's measurements; <paramref name="Sum"/> is theirs together.</param>
    public sealed record Series(
        IReadOnlyDictionary<string, string> Labels,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Value = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Count = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Sum = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<Bucket>? Buckets = null);

    /// <summary>How many measurements are at most <paramref name="Le"/>; the buckets that nothing fell into yet are left out.</summary>
    public sealed record Bucket(double Le, long Count);

    internal static MetricsView Of(MetricBook book, DateTimeOffset now) =>
        new(book.StartedAt, now, [.. book.Read().Select(Of)]);

    private static Metric Of(InstrumentBook book) => new(
        book.Instrument.Name, book.Kind.ToString().ToLowerInvariant(), book.Instrument.Unit, book.Instrument.Description,
        [.. book.Series.Select(one => Of(book, one.Key, one.Value)).OrderBy(one => string.Join(',', one.Labels.Values), StringComparer.Ordinal)]);

    private static Series Of(InstrumentBook book, SeriesKey key, SeriesCell cell)
    {
        var labels = new Dictionary<string, string>();
        foreach (var (name, value) in key.Labels)
        {
            labels[name] = PrometheusText.TextOf(value);
        }

        return book.Bounds is null
            ? new(labels, Value: cell.Value)
            : new(labels, Count: cell.Count, Sum: cell.Value, Buckets: [.. Told(book.Bounds, cell)]);
    }

    private static IEnumerable<Bucket> Told(double[] bounds, SeriesCell cell)
    {
        long before = 0;
        foreach (var (bound, upTo) in bounds.Zip(cell.UpToEachBound()))
        {
            if (upTo > before)
            {
                yield return new(bound, upTo);
            }

            before = upTo;
        }
    }
}
