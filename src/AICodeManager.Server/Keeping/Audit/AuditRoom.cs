using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Knows what happened. Every write leaves its event in its own transaction, every refusal through the funnel.</summary>
public static class AuditRoom
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<RefusalAudit>();
        services.AddSingleton<IRefusalSink>(s => s.GetRequiredService<RefusalAudit>());
        services.AddHostedService(s => s.GetRequiredService<RefusalAudit>());
    }
}
