using AICodeManager.Server.Ground.Configuration.Sections;
using OpenTelemetry.Exporter;

namespace AICodeManager.Server.Keeping.Telemetry.Export;

/// <summary>How the exporters reach the configured collector. Nothing of the exporter's own variables is left to chance.</summary>
internal sealed class Collector(TelemetrySettings settings)
{
    /// <summary>Of one report; a collector that takes longer does not get it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Connect = TimeSpan.FromSeconds(2);

    /// <param name="signal"><c>traces</c> or <c>metrics</c>.</param>
    public OtlpExporterOptions For(string signal) => new()
    {
        Endpoint = settings.Protocol == TelemetryProtocol.Grpc ? settings.Endpoint! : new Uri($"{settings.Endpoint!.ToString().TrimEnd('/')}/v1/{signal}"),
        Protocol = settings.Protocol == TelemetryProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Headers = settings.Headers?.Reveal() ?? "",
        TimeoutMilliseconds = (int)Patience.TotalMilliseconds,
        HttpClientFactory = NewClient,
    };

    private static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        // Headers carry credentials: a redirect must not take them elsewhere.
        AllowAutoRedirect = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = Connect,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = 64 << 10,
    };
}
