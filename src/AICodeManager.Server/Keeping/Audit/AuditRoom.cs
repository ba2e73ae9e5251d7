using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Files;
using AICodeManager.Server.Keeping.Audit.Spool;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Knows what happened. Every write leaves its event in its own transaction, every refusal through the funnel.</summary>
public static class AuditRoom
{
    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton(s => AuditNode.Of(s.GetRequiredService<Settings>()));
        services.AddSingleton<ChainKeys>();
        services.AddSingleton<AuditLanes>();
        services.AddSingleton<AuditSpool>();
        services.AddSingleton(s => new AuditFiles(
            s.GetRequiredService<AuditNode>(), s.GetRequiredService<ChainKeys>(), s.GetRequiredService<Settings>().Audit.Storage,
            s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<AuditFiles>>()));
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<CheckpointWriter>();
        services.AddSingleton<AuditVerifier>();
        services.AddSingleton<VerifyTurn>();
        services.AddSingleton<AuditCuts>();
        // Stopped from the last to the first: who still writes, what waits, and then the chains.
        services.AddHostedService<ChainKeeper>();
        services.AddHostedService<SpoolDrain>();
        services.AddSingleton<RefusalAudit>();
        services.AddSingleton<IRefusalSink>(s => s.GetRequiredService<RefusalAudit>());
        services.AddHostedService(s => s.GetRequiredService<RefusalAudit>());
    }
}
