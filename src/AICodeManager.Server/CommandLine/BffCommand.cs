using AICodeManager.Server.Bff;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web bff</c>: signs for browsers in front of an API that holds no secret of theirs.</summary>
internal static class BffCommand
{
    private const string DefaultUrl = "http://127.0.0.1:8081";

    public static async Task<int> RunAsync(string api, string? urls, CancellationToken cancel)
    {
        if (!Uri.TryCreate(api, UriKind.Absolute, out var address)
            || address is not { Scheme: "http" or "https", UserInfo: "", Host.Length: > 0, AbsolutePath: "/", Query: "", Fragment: "" })
        {
            await Console.Error.WriteLineAsync("aicli-web: --api must be scheme, host and port of the API, such as http://127.0.0.1:8080.");
            return 2;
        }

        var settings = BffSettings.Load(ConfigurationLoader.OwnEnvironment(), Environment.CurrentDirectory);
        await using var app = BffHost.Build(settings, new BffOptions(address), (urls ?? DefaultUrl).Split(';'));
        await app.StartAsync(cancel);
        foreach (var url in app.Urls)
        {
            Console.WriteLine($"AICode Manager's BFF listens on {url} and signs for {address.GetLeftPart(UriPartial.Authority)}");
        }

        await app.WaitForShutdownAsync(cancel);
        return 0;
    }
}
