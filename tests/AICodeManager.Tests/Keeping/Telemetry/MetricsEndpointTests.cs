using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using AICodeManager.Server.Keeping.Telemetry.Snapshot;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Telemetry;

/// <summary>The figures without a collector.</summary>
public sealed partial class MetricsEndpointTests(MetricsEndpointTests.Running running) : IClassFixture<MetricsEndpointTests.Running>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Administrators_read_what_was_counted_since_the_start()
    {
        var (server, admin) = (running.Server, running.Admin);
        Assert.Equal((403, "permission_denied"), await (await server.SignUpAsync()).TryAsync(HttpMethod.Get, "admin/metrics"));
        await server.Anonymous().TryAsync(HttpMethod.Get, "nowhere-at-all");

        var told = await admin.GetAsync("admin/metrics");
        Assert.Equal("success", Series(told, "aicli.logins").First().GetProperty("labels").GetProperty("outcome").GetString());
        Assert.Contains(Series(told, "aicli.http.refusals"), one => Label(one, "code") == "permission_denied" && one.GetProperty("value").GetDouble() >= 1);
        Assert.Contains(Series(told, "http.server.request.duration"), one => Label(one, "http.route") == "unmatched");
        var commits = Assert.Single(Series(told, "aicli.storage.duration"), one => Label(one, "operation") == "commit" && Label(one, "outcome") == "ok");
        Assert.True(commits.GetProperty("count").GetInt64() > 0 && commits.GetProperty("sum").GetDouble() > 0);
        Assert.Equal(commits.GetProperty("count").GetInt64(), commits.GetProperty("buckets").EnumerateArray().Last().GetProperty("count").GetInt64());
        Assert.Contains(Series(told, "aicli.cache.lookups"), one => Label(one, "cache") == "access" && Label(one, "result") == "miss");
        Assert.Equal(0, Assert.Single(Series(told, "aicli.hashing.waiting")).GetProperty("value").GetDouble());
    }

    [Theory]
    [InlineData("text/plain", true)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("application/json, text/plain;q=0.9", false)]
    [InlineData("*/*", false)]
    [InlineData(null, false)]
    public async Task Who_accepts_text_gets_what_prometheus_reads(string? accept, bool text)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/admin/metrics");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", running.Admin.Token);
        using var http = new HttpClient { BaseAddress = running.Server.Address };
        using var answer = await http.SendAsync(request, Cancel);
        Assert.Equal(text ? "text/plain" : "application/json", answer.Content.Headers.ContentType?.MediaType);
        if (text)
            Check(await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public void Series_are_bounded_and_what_comes_beyond_shares_one()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var book = new MetricBook(meters, TimeProvider.System);
        var counter = meters.Create("AICodeManager.Tests").CreateCounter<long>("aicli.tests");
        Parallel.For(0, 3 * InstrumentBook.MostSeries, i => counter.Add(1, new KeyValuePair<string, object?>("label", $"v{i}")));
        var series = Assert.Single(book.Read()).Series;
        Assert.InRange(series.Count, InstrumentBook.MostSeries, InstrumentBook.MostSeries + Environment.ProcessorCount + 1);
        Assert.Equal(3 * InstrumentBook.MostSeries, series.Sum(one => one.Value.Value));
    }

    [Fact]
    public void Nothing_is_lost_when_many_count_at_once()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        using var book = new MetricBook(meters, TimeProvider.System);
        var histogram = meters.Create("AICodeManager.Tests").CreateHistogram("aicli.tests", "s", null, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] });
        Parallel.For(0, 10_000, i => histogram.Record((i % 4) + 0.5));
        histogram.Record(double.NaN);
        histogram.Record(double.PositiveInfinity);
        var cell = Assert.Single(Assert.Single(book.Read()).Series).Value;
        Assert.Equal((10_000, 20_000d), (cell.Count, cell.Value));
        Assert.Equal([2500, 5000], cell.UpToEachBound());
    }

    [Theory]
    [InlineData("aicli.storage.duration", "s", "Histogram", "aicli_storage_duration_seconds")]
    [InlineData("aicli.logins", "{sign-in}", "Counter", "aicli_logins_total")]
    [InlineData("aicli.tasks.running", "{task}", "Gauge", "aicli_tasks_running")]
    [InlineData("x.share", "1", "Gauge", "x_share_ratio")]
    [InlineData("x.size", "By", "Counter", "x_size_bytes_total")]
    public void Names_are_those_that_a_collector_gives_prometheus(string name, string unit, string kind, string expected) =>
        Assert.Equal(expected, PrometheusNames.Of(name, unit, Enum.Parse<MetricKind>(kind)));

    // Every line is one of the format; the buckets of a series rise and end at its count.
    private static void Check(string text)
    {
        double before = 0;
        foreach (var line in text.TrimEnd('\n').Split('\n').Where(line => !line.StartsWith("# HELP ", StringComparison.Ordinal)))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                Assert.Matches("^# TYPE [a-z_]+ (counter|gauge|histogram)$", line);
                continue;
            }

            var match = Sample().Match(line);
            Assert.True(match.Success, line);
            var value = double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
            before = !match.Groups["name"].Value.EndsWith("_bucket", StringComparison.Ordinal) || line.Contains("le=\"+Inf\"", StringComparison.Ordinal) ? 0 : value >= before ? value : double.NaN;
            Assert.False(double.IsNaN(before), line);
        }

        Assert.Contains("aicli_storage_duration_seconds_bucket{operation=\"commit\",outcome=\"ok\",le=\"+Inf\"}", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE aicli_logins_total counter", text, StringComparison.Ordinal);
    }

    private static JsonElement[] Series(JsonElement told, string name) =>
        [.. told.GetProperty("metrics").EnumerateArray().Single(one => one.GetProperty("name").GetString() == name).GetProperty("series").EnumerateArray()];

    private static string? Label(JsonElement series, string name) =>
        series.GetProperty("labels").TryGetProperty(name, out var value) ? value.GetString() : null;

    [GeneratedRegex("""^(?<name>[a-z_]+)(?:\{[a-z_]+="(?:[^"\\]|\\.)*"(?:,[a-z_]+="(?:[^"\\]|\\.)*")*\})? (?<value>[0-9.E+-]+)$""")]
    private static partial Regex Sample();

    public sealed class Running : IAsyncLifetime
    {
        public LiveServer Server { get; private set; } = null!;

        public ApiClient Admin { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Admin = await (Server = await LiveServer.StartAsync(change: TaskLab.OpenGate)).SignUpAsync("admin");

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
