using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AICodeManager.Tests.Fixtures;

/// <summary>A script of <c>tests/browser</c>, which drives a real Chromium and says in one JSON document what happened.</summary>
internal static class BrowserScript
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <exception cref="InvalidOperationException">The script broke; the message has its own words.</exception>
    public static async Task<JsonElement> RunAsync(string script, object input)
    {
        var folder = Folder();
        Assert.True(Directory.Exists(Path.Combine(folder, "node_modules")), "Run ./test, or: npm ci --prefix tests/browser");
        using var process = Process.Start(new ProcessStartInfo("node", [script])
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
