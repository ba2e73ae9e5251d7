using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Knows what happened. Every write leaves its event in its own transaction, every refusal through the funnel.</summary>
public static class AuditRoom
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton(s => AuditNode.Of(s.GetRequiredService<Settings>()));
        services.AddSingleton<ChainKeys>();
        services.AddSingleton<AuditLanes>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<CheckpointWriter>();
        services.AddSingleton<AuditVerifier>();
        services.AddSingleton<VerifyTurn>();
        services.AddHostedService<ChainKeeper>();
        services.AddSingleton<RefusalAudit>();
        services.AddSingleton<IRefusalSink>(s => s.GetRequiredService<RefusalAudit>());
        services.AddHostedService(s => s.GetRequiredService<RefusalAudit>());
    }
}
