using AICodeManager.Server.Keeping.Health.Parts;

namespace AICodeManager.Server.Keeping.Health;

/// <summary>Says whether the server lives and whether it can serve. What else matters is a further <see cref="IHealthPart"/>.</summary>
public static class HealthRoom
{
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<Readiness>();
        services.AddSingleton<IHealthPart, DatabasePart>();
        services.AddSingleton<IHealthPart, CoordinationPart>();
        services.AddSingleton<IHealthPart, SandboxPart>();
        services.AddSingleton<IHealthPart, ProbesPart>();
        services.AddSingleton<IHealthPart, ModelPart>();
        services.AddSingleton<IHealthPart, VaultPart>();
        services.AddSingleton<IHealthPart, AuditPart>();
    }
}
