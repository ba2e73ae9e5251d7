using AICodeManager.Server.Keeping.Audit.Retention;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>The audit as it is asked, exported and in the end forgotten.</summary>
public static class AuditReadingRoom
{
    public static void AddAuditReading(this IServiceCollection services)
    {
        services.AddSingleton<AuditLeases>();
        services.AddSingleton<IAuditSource, DatabaseAuditSource>();
        services.AddSingleton<IAuditObserver, SecurityLog>();
        services.AddSingleton<Chain.AuditCuts>();
        services.AddHostedService<AuditPruning>();
    }
}
