using System.Text.Json;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Checks;
using AICodeManager.Server.Keeping.Checks.Advisories;
using AICodeManager.Server.Keeping.Checks.Readings;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web security-check</c>: reviews of the live system, beside a running server or without one. Exit code 1 where an item fails.</summary>
internal static class CheckCommand
{
    public static async Task<int> RunAsync(Reviews reviews, bool json, bool korean, string? advisories, CancellationToken cancel)
    {
        var configuration = ConfigurationLoader.LoadForThisProcess();
        var settings = configuration.Settings;
        // Before anything is opened, which would put some of it right.
        var host = HostReading.Read(settings, configuration.File);
        if (settings.Host.DatabaseUrl is null && !File.Exists(ServerHost.SqliteFile(settings)))
        {
            await Console.Error.WriteLineAsync($"aicli-web: there is no database in {settings.Host.DataFolder}: start the server first, with this same AICLI_DATA.");
            return 1;
        }

        var file = advisories is null ? null : await AdvisoryFile.ReadAsync(advisories, cancel);
        await using var parts = Parts(settings);
        var check = parts.GetRequiredService<SecurityCheck>();
        var scene = parts.GetRequiredService<CheckScenes>().Set(reviews, host, configuration.Notices, file, cancel);
        if (settings.Session.Store == Ground.Configuration.Sections.SessionStoreKind.Redis)
        {
            await parts.StartCoordinationAsync(cancel);
        }

        var report = await check.RunAsync(reviews, scene, CheckPatience.OfCommand, RequestOrigin.System, cancel);
        await Console.Out.WriteLineAsync(json ? JsonSerializer.Serialize(report, WireJson.Options) : CheckText.Of(report, korean));
        return report.AnyFailed ? 1 : 0;
    }

    // The rooms of the server without its doors: nothing of it is started.
    private static ServiceProvider Parts(Settings settings)
    {
        var services = new ServiceCollection();
        services.AddLogging(log => log.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Error)
            .AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddMetrics();
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => ServerHost.OpenDatabase(settings));
        services.AddRooms(settings);
        return services.BuildServiceProvider();
    }
}
