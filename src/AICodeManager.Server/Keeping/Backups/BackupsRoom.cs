namespace AICodeManager.Server.Keeping.Backups;

/// <summary>
/// Copies of everything that is kept, one format for both databases, restorable into either (spec A14, docs/backups.md). Other rooms
/// meet it at the <see cref="BackupDesk"/>.
/// </summary>
public static class BackupsRoom
{
    public static void AddBackups(this IServiceCollection services)
    {
        services.AddSingleton<BackupFolder>();
        services.AddSingleton<FileCopier>();
        services.AddSingleton<BackupMaker>();
        services.AddSingleton<BackupMetrics>();
        services.AddSingleton<BackupDesk>();
        services.AddSingleton<BackupRetention>();
        services.AddSingleton<BackupRuns>();
        services.AddHostedService(s => s.GetRequiredService<BackupRuns>());
        services.AddHostedService<BackupClock>();
    }
}
