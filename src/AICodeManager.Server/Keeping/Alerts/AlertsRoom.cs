using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>
/// Tells people outside of the server what they should hear of (spec A16). Any room raises an alert at the
/// <see cref="AlertDesk"/>; counting kinds are counted by <see cref="AlertWatch"/> from refusals and audit events. What is raised
/// is grouped and throttled by <see cref="AlertStore"/> and carried by <see cref="AlertCourier"/> over the configured channels.
/// </summary>
public static class AlertsRoom
{
    public static void AddAlerts(this IServiceCollection services)
    {
        services.AddSingleton<AlertMetrics>();
        services.AddSingleton<AlertDesk>();
        services.AddSingleton<AlertCounts>();
        services.AddSingleton<AlertWatch>();
        services.AddSingleton<IRefusalSink>(s => s.GetRequiredService<AlertWatch>());
        services.AddSingleton<IAuditObserver>(s => s.GetRequiredService<AlertWatch>());
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<AlertStore>();
        services.AddSingleton(AlertPace.Default);
        services.AddSingleton<AlertHttp>(_ => new AlertHttp());
        services.AddSingleton<AlertSenders>();
        services.AddHostedService<AlertKeeper>();
        services.AddHostedService(s => new AlertCourier(
            s.GetRequiredService<AlertSenders>().Of, s.GetRequiredService<DeliveryStore>(), s.GetRequiredService<Settings>(),
            s.GetRequiredService<AlertPace>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<AlertCourier>>(),
            s.GetRequiredService<AlertMetrics>()));
    }

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/admin/alerts");
        alerts.MapGet("", AlertEndpoints.ListAsync).Needs("system:alerts");
        alerts.MapGet("/{id:guid}", AlertEndpoints.GetAsync).Needs("system:alerts");
        alerts.MapPost("/test", AlertEndpoints.TestAsync).Needs("system:alerts");
    }
}
