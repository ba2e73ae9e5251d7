using System.Diagnostics.Metrics;
using System.Reflection;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AICodeManager.Server.Keeping.Telemetry.Export;

/// <summary>
/// Sends metrics and traces to the configured collector, from threads of its own. A collector that is slow or away costs
/// nothing but what it does not get: spans wait in a bounded queue, and what does not fit is dropped; metrics are sums.
/// </summary>
/// <param name="watch">Listens while this lives.</param>
internal sealed class TelemetryExport(Settings settings, IMeterFactory meters, CollectorWatch watch) : IHostedService, IDisposable
{
    /// <summary>Spans that wait to be sent.</summary>
    private const int Queue = 4096;

    private const int Batch = 512;

    private static readonly TimeSpan SpansEvery = TimeSpan.FromSeconds(2), LastWords = TimeSpan.FromSeconds(3);

    private MeterProvider? metrics;
    private TracerProvider? traces;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var telemetry = settings.Monitoring.Telemetry;
        if (telemetry.Endpoint is not null)
        {
            var (collector, resource) = (new Collector(telemetry), ResourceOf(telemetry));
            traces = Traces(telemetry, collector, resource);
            metrics = Metrics(telemetry, collector, resource);
        }

        return Task.CompletedTask;
    }

    /// <summary>Sends what is left, for three seconds at most; the server does not end later for a collector's sake.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (traces is not { } spans || metrics is not { } figures)
        {
            return;
        }

        var bound = (int)LastWords.TotalMilliseconds;
        try
        {
            // Both block their thread.
            await Task.WhenAll(Task.Run(() => spans.Shutdown(bound), CancellationToken.None), Task.Run(() => figures.Shutdown(bound), CancellationToken.None))
                .WaitAsync(LastWords + TimeSpan.FromSeconds(1), cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // The collector does not take it.
        }
    }

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
        watch.Dispose();
    }

    private static TracerProvider Traces(TelemetrySettings telemetry, Collector collector, ResourceBuilder resource) =>
        Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .SetSampler(new OwnSampler(telemetry.SampleRatio))
            .AddSource(Tracing.Name, "Microsoft.AspNetCore")
            .AddProcessor(new BatchActivityExportProcessor(
                new OtlpTraceExporter(collector.For("traces")), Queue, (int)SpansEvery.TotalMilliseconds, (int)Collector.Patience.TotalMilliseconds, Batch))
            .Build();

    private MeterProvider Metrics(TelemetrySettings telemetry, Collector collector, ResourceBuilder resource) =>
        Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(OurMetrics.Prefix + "*", OurMetrics.HostingMeter, "System.Runtime")
            // What is not told of, and what another server of this process counts, as tests have.
            .AddView(instrument => Tells(instrument) ? null : MetricStreamConfiguration.Drop)
            .AddReader(new PeriodicExportingMetricReader(
                new OtlpMetricExporter(collector.For("metrics")), (int)telemetry.Interval.TotalMilliseconds, (int)Collector.Patience.TotalMilliseconds))
            .Build();

    private bool Tells(Instrument instrument) =>
        instrument.Meter.Name == "System.Runtime" || (OurMetrics.Has(instrument) && ReferenceEquals(instrument.Meter.Scope, meters));

    // Nothing of the machine: its name and its user are nobody's business.
    private static ResourceBuilder ResourceOf(TelemetrySettings telemetry) => ResourceBuilder.CreateEmpty().AddTelemetrySdk().AddEnvironmentVariableDetector()
        .AddService(
            telemetry.ServiceName, serviceVersion: typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion,
            serviceInstanceId: Guid.NewGuid().ToString("D"));
}
