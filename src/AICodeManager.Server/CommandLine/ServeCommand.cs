using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web serve</c>.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(string? urls, CancellationToken cancel)
    {
        var configuration = ConfigurationLoader.LoadForThisProcess();
        foreach (var notice in configuration.Notices)
        {
            await Console.Error.WriteLineAsync($"aicli-web: {notice}");
        }

        await using var app = await ServerHost.BuildAsync(configuration.Settings, urls?.Split(';'), cancel: cancel);
        await app.StartAsync(cancel);
        foreach (var address in app.Urls)
        {
            Console.WriteLine($"AICode Manager listens on {address}");
        }

        await app.WaitForShutdownAsync(cancel);
        return 0;
    }
}
