using System.Text.Json;
using AICodeManager.ScriptedModel;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Telemetry;

/// <summary>What really arrives at a collector by others, over both protocols.</summary>
public sealed class CollectorTests(OtlpReceiver receiver) : IClassFixture<OtlpReceiver>
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736", Caller = "00f067aa0ba902b7";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http/protobuf", "/v1/traces", "/v1/metrics")]
    [InlineData("grpc", "grpc/traces", "grpc/metrics")]
    public async Task Metrics_and_spans_arrive_under_the_configured_name_and_key(string protocol, string traces, string metrics)
    {
        var trace = Guid.NewGuid().ToString("N");
        await using (var server = await LiveServer.StartAsync(receiver.Variables(protocol), change: TaskLab.OpenGate))
        {
            await server.SignUpAsync();
            await AskAsync(server.Anonymous().Http, "/api/v1/auth/me", trace, "01");
        }

        var senders = (await receiver.SendersAsync()).Where(one => one.GetProperty("over").GetString() is { } over && (over == traces || over == metrics)).ToList();
        Assert.Equal([metrics, traces], senders.Select(one => one.GetProperty("over").GetString()!).Distinct().Order());
        Assert.All(senders, one => Assert.Equal("of the tests", Uri.UnescapeDataString(one.GetProperty("key").GetString()!)));
        // What the exporter does is in no trace.
        Assert.All(senders, one => Assert.Equal(JsonValueKind.Null, one.GetProperty("trace").ValueKind));

        var refused = Assert.Single(await receiver.SpansAsync(), span => Text(span, "trace") == trace && Text(span, "parent") == Caller);
        Assert.Equal("GET /api/v1/auth/me", Text(refused, "name"));
        Assert.Equal("tested", refused.GetProperty("resource").GetProperty("service.name").GetString());
        Assert.Equal(
            ["service.instance.id", "service.name", "service.version", "telemetry.sdk.language", "telemetry.sdk.name", "telemetry.sdk.version"],
            refused.GetProperty("resource").EnumerateObject().Select(tag => tag.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["aicli.refusal", "aicli.request_id", "http.request.method", "http.response.status_code", "http.route"],
            refused.GetProperty("tags").EnumerateObject().Select(tag => tag.Name).Order(StringComparer.Ordinal));

        var arrived = await receiver.MetricsAsync();
        var logins = Assert.Single(arrived, metric => Text(metric, "name") == "aicli.logins");
        Assert.Equal("success", logins.GetProperty("points")[0].GetProperty("labels").GetProperty("outcome").GetString());
        Assert.Contains(arrived, metric => Text(metric, "name") == "http.server.request.duration" && Text(metric, "kind") == "histogram");
        Assert.Contains(arrived, metric => Text(metric, "name") == "aicli.storage.duration" && metric.GetProperty("points")[0].GetProperty("count").GetInt64() > 0);
        Assert.Contains(arrived, metric => Text(metric, "name") == "dotnet.gc.collections");
    }

    [Fact]
    public async Task One_trace_goes_through_from_the_request_to_the_store_the_sandbox_and_the_model()
    {
        await using (var lab = await TaskLab.StartAsync("bubblewrap", ModelScript.Demo(), variables: receiver.Variables("http/protobuf")))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/projects/{lab.Project}/tasks")
            {
                Content = System.Net.Http.Json.JsonContent.Create(new { prompt = "go", approvals = "never" }),
                Headers = { { "traceparent", $"00-{Trace}-{Caller}-01" }, { "tracestate", "evil=1" }, { "baggage", "secret=marked-baggage" } },
            };
            using var answer = await lab.User.Http.SendAsync(request, Cancel);
            Assert.Equal(201, (int)answer.StatusCode);
            Assert.DoesNotContain(answer.Headers, header => header.Key is "traceparent" or "baggage" or "tracestate");
            var task = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel)).GetProperty("id").GetString()!;
            Assert.True((await lab.EventsAsync(task))[^1].IsState("succeeded"));
        }

        var spans = (await receiver.SpansAsync()).Where(span => Text(span, "trace") == Trace).ToList();
        var asked = One("POST /api/v1/projects/{id:guid}/tasks", Caller);
        One("insert tasks", Id(asked));
        var ran = One("task", Id(asked));
        Assert.Equal((Trace, Id(asked)), (Text(ran.GetProperty("links")[0], "trace"), Text(ran.GetProperty("links")[0], "id")));
        Assert.Equal("ok", ran.GetProperty("tags").GetProperty("aicli.outcome").GetString());
        Assert.Equal("bubblewrap", One("sandbox start", Id(ran)).GetProperty("tags").GetProperty("aicli.sandbox.engine").GetString());
        var drove = One("agent run", Id(ran));
        Assert.Contains(spans, span => Text(span, "parent") == Id(drove) && Text(span, "name") == "update tasks");
        var call = spans.First(span => Text(span, "name") == "model call");
        Assert.Equal(Id(ran), Text(call, "parent"));
        Assert.True(call.GetProperty("tags").GetProperty("gen_ai.usage.output_tokens").GetInt64() > 0);
        Assert.Contains(spans, span => Text(span, "parent") == Id(call) && Text(span, "name") == "update model_calls");

        var everything = string.Concat(spans.Select(span => span.ToString()));
        Assert.DoesNotContain("evil", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("marked-baggage", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("@example.com", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", everything, StringComparison.Ordinal);

        JsonElement One(string name, string parent) => Assert.Single(spans, span => Text(span, "name") == name && Text(span, "parent") == parent);
    }

    [Fact]
    public async Task Cannot_make_the_server_record_by_asking_for_it()
    {
        var trace = Guid.NewGuid().ToString("N");
        var variables = receiver.Variables("http/protobuf");
        await using (var server = await LiveServer.StartAsync(variables, "monitoring: {telemetry: {traces: {sample_ratio: 0}}}\n", TaskLab.OpenGate))
        {
            await AskAsync(server.Anonymous().Http, "/api/v1/auth/providers", trace, "01");
            await AskAsync(server.Anonymous().Http, "/readyz", trace, "01");
            Assert.Null(await server.Database.ReadAsync(r => r.ScalarAsync<string>("SELECT trace_parent FROM tasks"), Cancel));
        }

        Assert.DoesNotContain(await receiver.SpansAsync(), span => Text(span, "trace") == trace);
    }

    private static async Task AskAsync(HttpClient http, string path, string trace, string flags)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "traceparent", $"00-{trace}-{Caller}-{flags}" } } };
        using var answer = await http.SendAsync(request, Cancel);
    }

    private static string? Text(JsonElement one, string field) => one.GetProperty(field).GetString();

    private static string Id(JsonElement span) => Text(span, "id")!;
}
