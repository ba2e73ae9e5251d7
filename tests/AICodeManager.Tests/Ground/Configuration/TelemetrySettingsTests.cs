using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Tests.Ground.Configuration;

public sealed class TelemetrySettingsTests : IDisposable
{
    private readonly Scene scene = new();

    public void Dispose() => scene.Dispose();

    [Fact]
    public void Nothing_is_told_to_anybody_by_default() => Assert.Null(scene.Settings().Monitoring.Telemetry.Endpoint);

    [Fact]
    public void Every_key_reaches_its_setting()
    {
        var telemetry = scene.With("OTEL_TOKEN", "marked-token").File("""
            monitoring:
              telemetry:
                endpoint: "https://otel.example.org:4318/in/"
                protocol: "grpc"
                headers: "authorization=Bearer%20${OTEL_TOKEN},x-team=a"
                interval: "10s"
                traces: {sample_ratio: 0.25}
                service_name: "manager-1"
            """).Settings().Monitoring.Telemetry;
        Assert.Equal(
            (new Uri("https://otel.example.org:4318/in"), TelemetryProtocol.Grpc, "authorization=Bearer%20marked-token,x-team=a", 10, 0.25, "manager-1"),
            (telemetry.Endpoint, telemetry.Protocol, telemetry.Headers!.Reveal(), telemetry.Interval.TotalSeconds, telemetry.SampleRatio, telemetry.ServiceName));
        Assert.DoesNotContain("marked-token", telemetry.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_standard_variables_win_over_the_file()
    {
        var telemetry = scene.File("monitoring: {telemetry: {endpoint: \"http://127.0.0.1:1\", service_name: \"x\"}}")
            .With("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317").With("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
            .With("OTEL_EXPORTER_OTLP_HEADERS", "a=b").With("OTEL_SERVICE_NAME", "y").Settings().Monitoring.Telemetry;
        Assert.Equal(
            (4317, TelemetryProtocol.Grpc, "a=b", "y"), (telemetry.Endpoint!.Port, telemetry.Protocol, telemetry.Headers!.Reveal(), telemetry.ServiceName));
    }

    [Theory]
    [InlineData("endpoint: \"otel.example.org:4318\"")]
    [InlineData("endpoint: \"http://user:secret@otel.example.org\"")]
    [InlineData("protocol: \"http/json\"")]
    [InlineData("headers: \"marked-secret\"")]
    [InlineData("headers: \"a=marked secret\"")]
    [InlineData("headers: \"a b=marked-secret\"")]
    [InlineData("interval: \"0s\"")]
    [InlineData("traces: {sample_ratio: 1.5}")]
    [InlineData("service_name: \"two words\"")]
    public void What_is_not_accepted_is_told_and_secrets_are_not(string line)
    {
        var fault = scene.File($"monitoring:\n  telemetry:\n    {line}\n").Fault();
        Assert.StartsWith("monitoring.telemetry.", fault.Key, StringComparison.Ordinal);
        Assert.DoesNotContain("marked", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_in_clear_text_are_warned_of()
    {
        scene.File("monitoring: {telemetry: {endpoint: \"http://otel.example.org:4318\", headers: \"a=b\"}}");
        Assert.Contains(scene.Load().Notices, notice => notice.Kind == NoticeKind.Warning && notice.ToString().Contains("monitoring.telemetry.headers", StringComparison.Ordinal));
    }
}
