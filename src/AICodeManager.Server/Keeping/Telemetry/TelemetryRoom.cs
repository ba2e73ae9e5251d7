using System.Diagnostics;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Telemetry;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Telemetry.Export;
using AICodeManager.Server.Keeping.Telemetry.Snapshot;

namespace AICodeManager.Server.Keeping.Telemetry;

/// <summary>
/// Tells how the server is doing (spec B13, D11): figures of every room, kept here since the start, and with traces sent to a
/// collector where one is configured. The rooms count for themselves; what no room counts is counted here.
/// </summary>
public static class TelemetryRoom
{
    /// <summary>Before all other rooms: what is hosted first counts from the start and ends last.</summary>
    public static void AddTelemetry(this IServiceCollection services, Settings settings)
    {
        // The framework would put a request's path, query, address and user agent into its span.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", true);
        services.AddSingleton<DistributedContextPropagator, OwnTraceContext>();
        services.AddSingleton<CacheMetrics>();
        services.AddSingleton<MetricBook>();
        services.AddHostedService(s => s.GetRequiredService<MetricBook>());
        services.AddSingleton<IRefusalSink, RefusalMetrics>();
        services.AddSingleton<IAuditObserver, AuditMetrics>();
        if (settings.Monitoring.Telemetry.Endpoint is not null)
        {
            services.AddSingleton<IStartupFilter, RequestSpans>();
            services.AddSingleton<CollectorWatch>();
            services.AddHostedService<TelemetryExport>();
        }

        services.AddHostedService<QueueMetrics>();
    }
}
