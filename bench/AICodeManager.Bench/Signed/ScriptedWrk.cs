using System.Diagnostics;
using System.Globalization;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench.Signed;

/// <summary>
/// Load from <c>wrk</c>, one thread, that a script makes. The script says <c>finished</c> on standard error when nothing
/// is left to send, and <c>result name=number …</c> at its end.
/// </summary>
internal static class ScriptedWrk
{
    private const string Finished = "finished", Result = "result ";

    /// <summary>Runs until the script has finished or the time is up.</summary>
    /// <param name="script">Its path in this project.</param>
    /// <param name="hear">Other lines that the script writes on standard error.</param>
    /// <returns>The numbers of the script's result.</returns>
    public static async Task<IReadOnlyDictionary<string, long>> RunAsync(
        string script, Uri address, int connections, TimeSpan limit, string[] arguments, Action<string>? hear, CancellationToken cancel)
    {
        var file = Path.Combine(AppContext.BaseDirectory, script);
        var seconds = (long)Math.Ceiling(limit.TotalSeconds);
        using var process = Process.Start(new ProcessStartInfo(
            "wrk", ["-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "30s", "-s", file, address.ToString(), "--", .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            await HearAsync(process, hear, cancel);
            await process.WaitForExitAsync(cancel);
            return Numbers(await output);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    private static async Task HearAsync(Process process, Action<string>? hear, CancellationToken cancel)
    {
        while (await process.StandardError.ReadLineAsync(cancel) is { } line)
        {
            // It would sleep out its time although its thread has ended; interrupted, it tells its result.
            if (line == Finished)
                await Tool.OutputAsync("kill", "-INT", $"{process.Id}");
            else
                hear?.Invoke(line);
        }
    }

    private static Dictionary<string, long> Numbers(string output)
    {
        var line = output.Split('\n').LastOrDefault(l => l.StartsWith(Result, StringComparison.Ordinal))
            ?? throw new BenchException($"wrk told no result:\n{output}");
        return line[Result.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture));
    }
}
