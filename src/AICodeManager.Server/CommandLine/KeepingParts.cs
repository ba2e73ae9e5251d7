using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Backups;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.CommandLine;

/// <summary>The rooms of <c>Keeping/</c> for a command: over one database, without a server around them.</summary>
internal static class KeepingParts
{
    public static ServiceProvider Over(Settings settings, Database database, TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(settings);
        services.AddSingleton(time ?? TimeProvider.System);
        // As an instance: whoever opened it closes it.
        services.AddSingleton(database);
        services.AddLogging(log => log.SetMinimumLevel(LogLevel.None));
        services.AddMetrics();
        services.AddVault();
        services.AddAudit();
        services.AddAlerts();
        services.AddBackups();
        return services.BuildServiceProvider();
    }
}
