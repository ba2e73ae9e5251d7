using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.BrowserKeys;

/// <summary>
/// One visit of a real Chromium to a real server. All scenarios run in one go, because starting a browser costs seconds;
/// each test judges one of them.
/// </summary>
public sealed class BrowserRun : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private JsonElement results;

    /// <summary>What came of a scenario; a scenario that broke fails its test with its own words.</summary>
    public JsonElement this[string scenario] => results.GetProperty(scenario) is var result && result.TryGetProperty("failed", out var failed)
        ? throw new InvalidOperationException(failed.GetString())
        : result;

    public async ValueTask InitializeAsync()
    {
        var folder = Folder();
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "Run ./test, or: npm ci --prefix tests/browser");
        await using var server = await LiveServer.StartAsync(routes: BrowserPages.Map);
        using var profile = new TempFolder();
        var admin = await server.SignUpAsync("admin");
        results = await RunAsync(folder, new { address = server.Address, admin = admin.Token, profile = profile.Path });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<JsonElement> RunAsync(string folder, object input)
    {
        using var process = Process.Start(new ProcessStartInfo("node", ["run.mjs"])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var complaints = process.StandardError.ReadToEndAsync(patience.Token);
            await process.StandardInput.WriteAsync(JsonSerializer.Serialize(input).AsMemory(), patience.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(patience.Token);
            return process.ExitCode == 0 ? JsonElement.Parse(await output) : throw new InvalidOperationException(await complaints);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../browser"));
}
