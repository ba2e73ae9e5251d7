using System.Diagnostics;

namespace AICodeManager.Tests.FrontDoor.Edge.Tls;

/// <summary>The container's health check speaks TLS with a server whose certificate names another host than loopback's address.</summary>
public sealed class TlsHealthcheckTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_knows_the_server_by_the_certificates_file_and_no_other()
    {
        await using var lab = await TlsLab.StartAsync();
        // Whether it is ready depends on the sandbox of this machine; here it counts that it was heard.
        Assert.Contains("\"parts\"", await CheckAsync(lab), StringComparison.Ordinal);
        await File.WriteAllTextAsync(lab.Chain, lab.Certificates.Server("another").Chain, Cancel);
        Assert.Contains("no answer", await CheckAsync(lab), StringComparison.Ordinal);
    }

    private static async Task<string> CheckAsync(TlsLab lab)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "aicli-web.dll"), "healthcheck"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(lab.Config)!,
            Environment =
            {
                ["AICLI_CONFIG"] = lab.Config,
                ["AICLI_DATA"] = Path.Combine(Path.GetDirectoryName(lab.Config)!, "data"),
                ["AICLI_URLS"] = $"http://127.0.0.1:{lab.Server.Address.Port}",
            },
        };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync(Cancel);
        var answered = process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return await answered + await said;
    }
}
