using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Retention;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>The audit as it is asked, exported and in the end forgotten.</summary>
public static class AuditReadingRoom
{
    public static void AddAuditReading(this IServiceCollection services)
    {
        services.AddSingleton<AuditLeases>();
        services.AddSingleton<IAuditSource>(s => s.GetRequiredService<Settings>().Audit.Storage == AuditStorage.File
            ? new FileAuditSource(FolderOf(s.GetRequiredService<AuditNode>()))
            : new DatabaseAuditSource(s.GetRequiredService<Database>()));
        services.AddSingleton<IAuditObserver, SecurityLog>();
        services.AddHostedService<AuditPruning>();
    }

    private static string FolderOf(AuditNode node) => Path.Combine(node.Folder, node.Name);
}
