using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Telemetry;
using AICodeManager.Server.Keeping.Telemetry;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Keeping.Telemetry;

/// <summary>Listens to every meter of a server while people do right and wrong things, and reads every label that is given.</summary>
public sealed partial class LabelTests
{
    private const string Mark = "zebra4711";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_label_tells_who_it_was_or_what_they_sent()
    {
        await using var server = await LiveServer.StartAsync(change: services =>
        {
            Visitor.Addresses(services);
            TaskLab.OpenGate(services);
        });
        var labels = new ConcurrentDictionary<(string Instrument, string Name, string Value), bool>();
        using var listener = Listen(server, labels);

        using var visitor = new Visitor(server, "198.51.100.77", $"{Mark}-browser");
        var email = $"{Mark}@people.example";
        await visitor.SendAsync(HttpMethod.Post, "/api/v1/auth/register", new { email, password = LiveServer.Password, name = $"{Mark} name" });
        await visitor.SendAsync(HttpMethod.Post, "/api/v1/auth/login", new { email, password = $"{Mark} wrong" });
        await visitor.SendAsync(HttpMethod.Post, "/api/v1/auth/login", new { email = $"{Mark}@nobody.example", password = $"{Mark} wrong" });
        await visitor.SendAsync(HttpMethod.Get, $"/{Mark}/{Guid.NewGuid()}");
        await visitor.SendAsync(HttpMethod.Get, $"/api/v1/workspaces/{Guid.NewGuid()}?q={Mark}");
        await visitor.SendAsync(HttpMethod.Get, $"/healthz?q={Uri.EscapeDataString($"<script>alert('{Mark}')</script>")}");
        await visitor.SendAsync(new HttpMethod(Mark.ToUpperInvariant()), "/healthz");
        var admin = await server.SignUpAsync("admin");
        var workspace = (await admin.PostAsync("workspaces", new { name = $"{Mark} workspace" })).GetProperty("id").GetString();
        await admin.PostAsync($"workspaces/{workspace}/projects", new { name = $"{Mark} project" });
        await admin.TryAsync(HttpMethod.Post, $"projects/{Guid.NewGuid()}/tasks", new { prompt = Mark, model = Mark });
        await admin.TryAsync(HttpMethod.Post, "admin/blocks", new { network = "203.0.113.99", comment = Mark });
        await admin.GetAsync("admin/audit?limit=5");
        using (var signed = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/me"))
        {
            signed.Headers.TryAddWithoutValidation("Signature-Input", $"{Mark}=(\"@method\");keyid=\"{Mark}\"");
            signed.Headers.TryAddWithoutValidation("Signature", $"{Mark}=:AAAA:");
            using var answer = await server.Anonymous().Http.SendAsync(signed, Cancel);
        }

        listener.RecordObservableInstruments();
        var instruments = labels.Keys.Select(label => label.Instrument).ToHashSet();
        Assert.Superset(
            new HashSet<string> { "http.server.request.duration", "aicli.http.refusals", "aicli.storage.duration", "aicli.cache.lookups", "aicli.logins", "aicli.audit.events", "aicli.signatures.verified", "aicli.attacks" },
            instruments);
        var guide = MonitoringGuideTests.Rows();
        Assert.All(labels.Keys, label =>
        {
            Assert.Contains(label.Name, guide[label.Instrument].Labels);
            Assert.DoesNotContain(Mark, label.Value, StringComparison.OrdinalIgnoreCase);
            Assert.Matches(label.Name == "http.route" ? Route() : Closed(), label.Value);
            Assert.DoesNotMatch(Personal(), label.Value);
        });
        Assert.Contains(("http.server.request.duration", "http.route", RefusalMetrics.NoRoute), labels.Keys);
        Assert.Contains(("http.server.request.duration", "http.request.method", "_OTHER"), labels.Keys);
        Assert.Contains(("aicli.logins", "how", "wrong_password"), labels.Keys);
    }

    [Theory]
    [InlineData("invalid_credentials", "invalid_credentials")]
    [InlineData("http_418", "http_418")]
    [InlineData("ada@example.com", "other")]
    [InlineData("203.0.113.7", "other")]
    [InlineData("0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f", "other")]
    [InlineData("Some Text", "other")]
    [InlineData("", "other")]
    [InlineData(null, "other")]
    public void Only_words_become_labels(string? text, string label) => Assert.Equal(label, Labels.Word(text));

    [Fact]
    public void However_long_a_word_is_it_is_no_label() => Assert.Equal("other", Labels.Word(new string('a', 49)));

    private static MeterListener Listen(LiveServer server, ConcurrentDictionary<(string, string, string), bool> labels)
    {
        var factory = server.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, to) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory) && OurMetrics.Has(instrument))
                {
                    to.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Note(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, tags));
        listener.Start();
        return listener;

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            foreach (var (name, value) in tags)
            {
                labels[(instrument.Name, name, value?.ToString() ?? "")] = true;
            }
        }
    }

    // Words of ours, a status, a version, a method.
    [GeneratedRegex(@"^(?:[a-z][a-z0-9_-]{0,47}|[0-9](?:\.[0-9])?|[1-5][0-9]{2}|_OTHER|[A-Z]{3,7}|True|False|claude-[a-z0-9-]+|(?:PS|ES|HS|RS)(?:256|512)|Ed25519)$")]
    private static partial Regex Closed();

    [GeneratedRegex(@"^(?:unmatched|(?:/?[a-z0-9.{}:*_-]+)+/?)$", RegexOptions.IgnoreCase)]
    private static partial Regex Route();

    [GeneratedRegex(@"@|[0-9a-f]{8}-[0-9a-f]{4}|\d+\.\d+\.\d+\.\d+")]
    private static partial Regex Personal();
}
