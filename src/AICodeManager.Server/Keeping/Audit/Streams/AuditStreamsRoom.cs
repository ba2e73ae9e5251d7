using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Alerts.Channels;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>
/// Sends the audit on as it happens, to syslog servers and webhooks (spec A15): at least once, in the order of each chain, from
/// a cursor that outlives the process. It knows the alerts' ways of posting; the audit itself knows nothing of it.
/// </summary>
public static class AuditStreamsRoom
{
    public static void AddAuditStreams(this IServiceCollection services)
    {
        services.AddSingleton<StreamStore>();
        services.AddSingleton<StreamMetrics>();
        services.AddSingleton(StreamPace.Default);
        services.AddHostedService(s => new StreamCourier(
            SenderOf(s), s.GetRequiredService<StreamStore>(), s.GetRequiredService<AuditLeases>(), s.GetRequiredService<AlertDesk>(),
            s.GetRequiredService<StreamMetrics>(), s.GetRequiredService<Settings>(), s.GetRequiredService<StreamPace>(), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<StreamCourier>>()));
    }

    public static void MapAuditStreams(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/admin/audit/streams", StreamEndpoints.ListAsync).Needs("system:audit");

    private static Func<AuditStream, IStreamSender> SenderOf(IServiceProvider services) => stream => stream switch
    {
        SyslogStream { Address.Transport: SyslogTransport.Udp } syslog => new DatagramSyslogSender(syslog, Messages(syslog)),
        SyslogStream syslog => new StreamSyslogSender(syslog, Messages(syslog), StreamSyslogSender.DefaultPatience),
        WebhookStream webhook => new WebhookStreamSender(webhook, services.GetRequiredService<AlertHttp>(), services.GetRequiredService<TimeProvider>()),
        _ => throw new InvalidOperationException($"A stream of the type {stream.Type} has no sender."),
    };

    private static SyslogMessages Messages(SyslogStream stream) => new(stream, Environment.MachineName);
}
