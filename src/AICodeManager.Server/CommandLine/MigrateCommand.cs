using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web migrate</c>.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(CancellationToken cancel)
    {
        var settings = ConfigurationLoader.LoadForThisProcess().Settings;
        await using var database = ServerHost.OpenDatabase(settings);
        var applied = await Migrator.ApplyAsync(database, TimeProvider.System, cancel);
        Console.WriteLine(applied.Count == 0 ? "The schema is up to date." : $"Applied: {string.Join(", ", applied)}.");
        return 0;
    }
}
