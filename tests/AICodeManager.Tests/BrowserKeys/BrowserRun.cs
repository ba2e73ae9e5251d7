using System.Text.Json;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.BrowserKeys;

/// <summary>
/// One visit of a real Chromium to a real server. All scenarios run in one go, because starting a browser costs seconds;
/// each test judges one of them.
/// </summary>
public sealed class BrowserRun : IAsyncLifetime
{
    private JsonElement results;

    /// <summary>What came of a scenario; a scenario that broke fails its test with its own words.</summary>
    public JsonElement this[string scenario] => results.GetProperty(scenario) is var result && result.TryGetProperty("failed", out var failed)
        ? throw new InvalidOperationException(failed.GetString())
        : result;

    public async ValueTask InitializeAsync()
    {
        var admin = new { email = "admin@example.com", password = LiveServer.Password };
        await using var server = await LiveServer.StartAsync(
            new Dictionary<string, string>
            {
                ["AICLI_ADMIN_EMAIL"] = admin.email, ["AICLI_ADMIN_PASSWORD"] = admin.password,
                // Under its second name the pages are no secure context: only loopback may go without TLS.
                ["AICLI_ALLOWED_HOSTS"] = "127.0.0.1,insecure.test",
            },
            routes: BrowserPages.Map);
        using var profile = new TempFolder();
        results = await BrowserScript.RunAsync("run.mjs", new { address = server.Address, admin, profile = profile.Path });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
