namespace AICodeManager.Cli.Api;

/// <summary>The route /admin/metrics.</summary>
internal sealed class MetricApi(ApiConnection connection)
{
    public Task<Reply<MetricsDocument>> ReadAsync(CancellationToken cancellationToken) =>
        connection.GetAsync("/admin/metrics", CliJson.Default.MetricsDocument, cancellationToken);
}

internal sealed record MetricsDocument(DateTimeOffset? StartedAt, IReadOnlyList<MetricDocument>? Metrics);

/// <param name="Kind"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
internal sealed record MetricDocument(string? Name, string? Kind, string? Unit, IReadOnlyList<SeriesDocument>? Series);

/// <param name="Count">Of a histogram's measurements; <paramref name="Sum"/> is theirs together.</param>
internal sealed record SeriesDocument(IReadOnlyDictionary<string, string>? Labels, double? Value, long? Count, double? Sum);
