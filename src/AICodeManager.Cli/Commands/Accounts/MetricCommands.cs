using System.CommandLine;
using System.Globalization;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin metrics</c>: the figures of a server since its start.</summary>
internal static class MetricCommands
{
    public static Verb Build(Shell shell)
    {
        var filter = new Option<string?>("--filter") { Description = "Only metrics whose name has this part", HelpName = "TEXT" };
        return shell.Verb(
            "metrics", "Show the server's figures since its start.", [filter],
            async (call, cancellationToken) =>
            {
                var reply = await call.Metrics.ReadAsync(cancellationToken);
                var part = call.Value(filter) ?? "";
                call.Reporter.Answer(reply.Json, writer =>
                {
                    writer.Line($"Since {Moment.Of(reply.Value.StartedAt)}.", Ink.Faint);
                    writer.Table(["metric", "labels", "figure"], Rows(reply.Value, part));
                });
                return ExitCode.Ok;
            },
            "aicli admin metrics", "aicli admin metrics --filter storage");
    }

    private static IEnumerable<IReadOnlyList<string?>> Rows(MetricsDocument told, string part) =>
        from metric in told.Metrics ?? []
        where metric.Name?.Contains(part, StringComparison.OrdinalIgnoreCase) == true
        from series in metric.Series ?? []
        select (IReadOnlyList<string?>)[metric.Name, Labels(series), Figure(metric, series)];

    private static string Labels(SeriesDocument series) =>
        string.Join(' ', (series.Labels ?? new Dictionary<string, string>()).Select(label => $"{label.Key}={label.Value}"));

    // Of a histogram people want to know how many, and how much each on average.
    private static string Figure(MetricDocument metric, SeriesDocument series) => series.Count is not { } count
        ? Number(series.Value ?? 0)
        : count == 0 ? "0" : $"{Number(count)} × {Number((series.Sum ?? 0) / count)}{(metric.Unit == "s" ? " s" : "")}";

    private static string Number(double number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
