using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Keeping.Telemetry.Snapshot;
using AICodeManager.Tests.Docs;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Telemetry;

/// <summary>The guide and the dashboard name the metrics that there are, and no others.</summary>
public sealed partial class MonitoringGuideTests
{
    [Fact]
    public async Task The_guide_and_the_dashboard_name_every_metric_and_no_other()
    {
        await using var server = await LiveServer.StartAsync(change: TaskLab.OpenGate);
        // Counts only where there is a Redis.
        _ = new CoordinationMetrics(server.Services.GetRequiredService<IMeterFactory>());
        await server.Anonymous().TryAsync(HttpMethod.Get, "/healthz");
        var books = server.Services.GetRequiredService<MetricBook>().Read();

        var rows = Rows();
        Assert.Equal(rows.Keys.Order(StringComparer.Ordinal), books.Select(book => book.Instrument.Name).Order(StringComparer.Ordinal));
        Assert.All(books, book => Assert.Equal(
            $"{book.Kind.ToString().ToLowerInvariant()}{(book.Instrument.Unit == "s" ? ", s" : "")}", rows[book.Instrument.Name].Kind));
        Assert.All(books, book => Assert.False(string.IsNullOrEmpty(book.Instrument.Description), book.Instrument.Name));

        var names = books.ToDictionary(book => PrometheusNames.Of(book.Instrument, book.Kind), book => book);
        var shown = Expressions().SelectMany(text => Metric().Matches(text)).Select(match => Plain(match.Value)).ToHashSet();
        Assert.Equal(names.Keys.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));

        string Plain(string name) => names.ContainsKey(name) ? name : Suffix().Replace(name, "");
    }

    [Fact]
    public void The_dashboard_asks_for_labels_that_its_metrics_have()
    {
        var rows = Rows().ToDictionary(row => PrometheusNames.Plain(row.Key), row => row.Value.Labels);
        foreach (var text in Expressions())
        {
            var known = Metric().Matches(text).SelectMany(match => rows.First(row => match.Value.StartsWith(row.Key, StringComparison.Ordinal)).Value)
                .Select(PrometheusNames.Plain).Concat(["le", "job", "instance"]).ToHashSet();
            Assert.Superset(By().Matches(text).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries)).ToHashSet(), known);
        }
    }

    /// <summary>The table of the guide: each metric's kind and labels.</summary>
    internal static Dictionary<string, (string Kind, string[] Labels)> Rows() =>
        Row().Matches(Repository.Guide("monitoring.md")).ToDictionary(
            row => row.Groups[1].Value,
            row => (row.Groups[2].Value, row.Groups[3].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(label => label.Trim('`')).ToArray()));

    private static IEnumerable<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("deploy/grafana/aicli-dashboard.json")));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!)];
    }

    [GeneratedRegex(@"(?m)^\| `((?:aicli|http)\.[a-z_.]+)` \| ([a-z]+(?:, s)?) \|([^|]*)\|")]
    private static partial Regex Row();

    [GeneratedRegex(@"\b(?:aicli|http_server|dotnet)_[a-z_]+\b(?=\{)")]
    private static partial Regex Metric();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex(@"by \(([^)]*)\)")]
    private static partial Regex By();
}
