using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>How a collector is spoken to (OpenTelemetry Protocol specification).</summary>
public enum TelemetryProtocol
{
    HttpProtobuf,
    Grpc,
}

/// <summary><c>monitoring.telemetry</c>: which collector is told of metrics and traces. Nothing is sent where none is named.</summary>
public sealed record TelemetrySettings
{
    /// <summary>The collector; null for none. Over HTTP, <c>/v1/traces</c> and <c>/v1/metrics</c> are added.</summary>
    public required Uri? Endpoint { get; init; }

    public required TelemetryProtocol Protocol { get; init; }

    /// <summary><c>name=value</c>, several with commas, values percent-encoded: what a collector knows its senders by.</summary>
    public required Secret? Headers { get; init; }

    /// <summary>Between two reports of the metrics.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Of the requests, how many begin a trace: 0 for none, 1 for each.</summary>
    public required double SampleRatio { get; init; }

    /// <summary>What this server is called among others.</summary>
    public required string ServiceName { get; init; }

    internal static TelemetrySettings Read(SectionReader section)
    {
        var settings = new TelemetrySettings
        {
            Endpoint = section.Optional("endpoint", Urls.Collector, "OTEL_EXPORTER_OTLP_ENDPOINT"),
            Protocol = section.Value(
                "protocol", "http/protobuf",
                Words.OneOf(("http/protobuf", TelemetryProtocol.HttpProtobuf), ("grpc", TelemetryProtocol.Grpc)), "OTEL_EXPORTER_OTLP_PROTOCOL"),
            Headers = section.Optional("headers", Secrets.HeaderList, "OTEL_EXPORTER_OTLP_HEADERS"),
            Interval = section.Value("interval", "60s", Durations.Between("1s", "1h")),
            SampleRatio = (double)section.Section("traces").Value("sample_ratio", "1", Numbers.Decimal(0, 1)),
            ServiceName = section.Value("service_name", "aicode-manager", Texts.ServiceName, "OTEL_SERVICE_NAME"),
        };
        if (settings is { Endpoint: { Scheme: "http", IsLoopback: false }, Headers: not null })
            section.Warn("headers", "cross the network in clear text: use an https:// endpoint");
        return settings;
    }
}
