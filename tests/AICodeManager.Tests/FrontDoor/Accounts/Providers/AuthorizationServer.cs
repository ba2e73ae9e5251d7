using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AICodeManager.Tests.FrontDoor.Accounts.Providers;

[assembly: AssemblyFixture(typeof(AuthorizationServer))]

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>
/// Two real OpenID providers by others (npm oidc-provider), started with the first test that needs them.
/// <c>corp</c> signs with RS256 and takes Basic authentication, <c>lab</c> signs with ES256 and takes it in the form.
/// </summary>
public sealed class AuthorizationServer : IAsyncDisposable
{
    public const string Secret = "a-client-secret-of-the-tests-0123456789";

    private readonly Lazy<Task<(Process Process, JsonElement Issuers)>> started = new(StartAsync);

    /// <summary>Lines of <c>oauth2.providers</c> for both.</summary>
    public async Task<string> SettingsAsync()
    {
        var (_, issuers) = await started.Value;
        return string.Join('\n', issuers.EnumerateObject().Select(i => Lines(i.Name, i.Value.GetString()!, $"https://aicli.example.test/auth/callback/{i.Name}")));
    }

    /// <summary>Lines of one provider.</summary>
    public static string Lines(string name, string issuer, string? redirect = null) => $"""
            {name}:
              issuer: "{issuer}"
              client_id: "aicli-{name}"
              client_secret: "{Secret}"
              display_name: "The {name}"
        {(redirect is null ? "" : $"      redirect_url: \"{redirect}\"")}
        """;

    public async Task<string> IssuerAsync(string name) => (await started.Value).Issuers.GetProperty(name).GetString()!;

    public async ValueTask DisposeAsync()
    {
        // Where it could not start, the tests that need it have said so; the others must not fail with them.
        if (!started.IsValueCreated || started.Value.IsFaulted)
        {
            return;
        }

        var (process, _) = await started.Value;
        process.StandardInput.Close();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<(Process Process, JsonElement Issuers)> StartAsync()
    {
        var folder = Folder();
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "Run ./test, or: npm ci --prefix tests/oauth-provider");
        var process = Process.Start(new ProcessStartInfo("node", ["server.mjs"])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var complaints = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var line = await process.StandardOutput.ReadLineAsync(patience.Token);
        return line is not null ? (process, JsonElement.Parse(line)) : throw new InvalidOperationException(await complaints);
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../../oauth-provider"));
}
