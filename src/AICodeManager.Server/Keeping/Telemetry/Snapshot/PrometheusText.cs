using System.Globalization;
using System.Text;

namespace AICodeManager.Server.Keeping.Telemetry.Snapshot;

/// <summary>Writes the figures in Prometheus' text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IReadOnlyList<InstrumentBook> books)
    {
        var text = new StringBuilder();
        foreach (var book in books)
        {
            var name = PrometheusNames.Of(book.Instrument, book.Kind);
            text.Append("# HELP ").Append(name).Append(' ').Append(Escape(book.Instrument.Description ?? "", quotes: false)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(book.Kind.ToString().ToLowerInvariant()).Append('\n');
            foreach (var (key, cell) in book.Series.OrderBy(one => Labels(one.Key, null), StringComparer.Ordinal))
            {
                Write(text, name, book, key, cell);
            }
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, string name, InstrumentBook book, SeriesKey key, SeriesCell cell)
    {
        if (book.Bounds is null)
        {
            Line(text, name, Labels(key, null), cell.Value);
            return;
        }

        // Counted first: a measurement that comes meanwhile must not make a bucket greater than all of them.
        var count = cell.Count;
        foreach (var (bound, upTo) in book.Bounds.Zip(cell.UpToEachBound()))
        {
            Line(text, $"{name}_bucket", Labels(key, Number(bound)), Math.Min(upTo, count));
        }

        Line(text, $"{name}_bucket", Labels(key, "+Inf"), count);
        Line(text, $"{name}_sum", Labels(key, null), cell.Value);
        Line(text, $"{name}_count", Labels(key, null), count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels).Append(' ').Append(Number(value)).Append('\n');

    private static string Labels(SeriesKey key, string? bound)
    {
        var pairs = key.Labels.Select(label => $"{PrometheusNames.Plain(label.Key)}=\"{Escape(TextOf(label.Value), quotes: true)}\"").ToList();
        if (bound is not null)
        {
            pairs.Add($"le=\"{bound}\"");
        }

        return pairs.Count == 0 ? "" : $"{{{string.Join(',', pairs)}}}";
    }

    /// <summary>A label's value as text.</summary>
    internal static string TextOf(object? value) => value switch
    {
        null => "",
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text, bool quotes)
    {
        text = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? text.Replace("\"", "\\\"", StringComparison.Ordinal) : text;
    }
}
