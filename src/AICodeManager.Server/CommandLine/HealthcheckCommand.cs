using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web healthcheck</c>: asks the running server; for containers that have no curl.</summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string? url, CancellationToken cancel)
    {
        var address = url ?? ConfigurationLoader.LoadForThisProcess().Settings.Host.Urls[0]
            .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
            .Replace("[::]", "[::1]", StringComparison.Ordinal);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var server))
        {
            await Console.Error.WriteLineAsync($"aicli-web: --url must be an address such as http://127.0.0.1:8080, not '{address}'.");
            return 2;
        }

        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri(server, "/readyz"), cancel);
            Console.WriteLine(await answer.Content.ReadAsStringAsync(cancel));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"aicli-web: no answer from {server}.");
            return 1;
        }
    }
}
