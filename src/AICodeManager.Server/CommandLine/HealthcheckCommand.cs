using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web healthcheck</c>: asks the running server; for containers that have no curl.</summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string? url, CancellationToken cancel)
    {
        var settings = url is null ? ConfigurationLoader.LoadForThisProcess().Settings : null;
        var address = url ?? settings!.Host.Urls[0]
            .Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
            .Replace("[::]", "[::1]", StringComparison.Ordinal);
        if (!Uri.TryCreate(address, UriKind.Absolute, out var server))
        {
            await Console.Error.WriteLineAsync($"aicli-web: --url must be an address such as http://127.0.0.1:8080, not '{address}'.");
            return 2;
        }

        using var handler = new SocketsHttpHandler();
        if (settings is { Security.Tls: { Enabled: true } tls })
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, errors) => IsOurs(tls, shown, errors);
        }

        using var http = new HttpClient(handler) { Timeout = Patience };
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

    // The address of this machine is not in the certificate: it is compared with the file instead.
    private static bool IsOurs(TlsSettings tls, X509Certificate? shown, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        X509Certificate2Collection file = [];
        file.ImportFromPemFile(tls.CertFile!);
        return shown is not null && file.Count > 0 && file[0].RawDataMemory.Span.SequenceEqual(shown.GetRawCertData());
    }
}
