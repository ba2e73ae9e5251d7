using System.Globalization;
using System.Text.RegularExpressions;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench.Pipeline;

/// <summary>Load from <c>wrk</c>, one thread.</summary>
internal static partial class Wrk
{
    /// <param name="Requests">Answered in all.</param>
    /// <param name="PerSecond">Mean of the run.</param>
    public sealed record Result(long Requests, double PerSecond);

    public static async Task<Result> RunAsync(Uri address, string path, string token, int connections, int seconds)
    {
        var output = await Tool.OutputAsync(
            "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", "-H", $"Authorization: Bearer {token}", new Uri(address, path).ToString());
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || !Total().IsMatch(output))
            throw new BenchException($"wrk on {path} did not go well:\n{output}");
        return new Result(
            long.Parse(Total().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"(\d+) requests in ")]
    private static partial Regex Total();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}
