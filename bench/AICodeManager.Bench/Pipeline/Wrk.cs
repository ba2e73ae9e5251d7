using System.Globalization;
using System.Text.RegularExpressions;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench.Pipeline;

/// <summary>Load from <c>wrk</c>, one thread.</summary>
internal static partial class Wrk
{
    /// <param name="Requests">Answered in all.</param>
    /// <param name="PerSecond">Mean of the run.</param>
    /// <param name="Refused">Of those, answered with no success.</param>
    public sealed record Result(long Requests, double PerSecond, long Refused = 0);

    public static async Task<Result> RunAsync(Uri address, string path, string token, int connections, int seconds)
    {
        var result = await RunAnyAsync(address, path, token, connections, seconds);
        return result.Refused == 0 ? result : throw new BenchException($"{result.Refused} of {result.Requests} requests for {path} were refused.");
    }

    /// <summary>Whatever is answered.</summary>
    public static async Task<Result> RunAnyAsync(Uri address, string path, string token, int connections, int seconds)
    {
        var output = await Tool.OutputAsync(
            "wrk", "-t1", $"-c{connections}", $"-d{seconds}s", "-H", $"Authorization: Bearer {token}", new Uri(address, path).ToString());
        if (!Total().IsMatch(output))
            throw new BenchException($"wrk on {path} did not go well:\n{output}");
        return new Result(
            long.Parse(Total().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            NoSuccess().Match(output) is { Success: true } refused ? long.Parse(refused.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
    }

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex NoSuccess();

    [GeneratedRegex(@"(\d+) requests in ")]
    private static partial Regex Total();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}
