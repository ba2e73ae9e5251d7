using System.Diagnostics.Metrics;
using System.Text;

namespace AICodeManager.Server.Keeping.Telemetry.Snapshot;

/// <summary>
/// How OpenTelemetry's names look in Prometheus (OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility"):
/// every other character becomes <c>_</c>, the unit is part of the name, and a counter ends in <c>_total</c>.
/// </summary>
internal static class PrometheusNames
{
    public static string Of(Instrument instrument, MetricKind kind) => Of(instrument.Name, instrument.Unit, kind);

    public static string Of(string name, string? unit, MetricKind kind)
    {
        var text = new StringBuilder(Plain(name));
        var word = unit switch
        {
            "s" => "seconds",
            "By" => "bytes",
            "1" when kind == MetricKind.Gauge => "ratio",
            // What stands in braces is a remark.
            _ => null,
        };
        if (word is not null && !text.ToString().EndsWith(word, StringComparison.Ordinal))
        {
            text.Append('_').Append(word);
        }

        if (kind == MetricKind.Counter)
        {
            text.Append("_total");
        }

        return text.ToString();
    }

    /// <summary>The name of a label.</summary>
    public static string Plain(string name) => string.Create(name.Length, name, (text, from) =>
    {
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = char.IsAsciiLetterOrDigit(from[i]) ? from[i] : '_';
        }
    });
}
