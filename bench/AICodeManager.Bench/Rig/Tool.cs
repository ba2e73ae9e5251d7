using System.Diagnostics;

namespace AICodeManager.Bench.Rig;

/// <summary>A short program run to its end.</summary>
internal static class Tool
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Its standard output; for cleaning up, so it does not end with the measurement but after 30 s.</summary>
    public static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(Limit);
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await errors;
            await process.WaitForExitAsync(patience.Token);
            return output;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new BenchException($"{program} {string.Join(' ', arguments)} did not end within {Limit.TotalSeconds} s.");
        }
    }
}
