using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench.Pipeline;

/// <summary>A Redis of its own that keeps nothing.</summary>
internal sealed partial class LocalRedis : IAsyncDisposable
{
    private readonly Process process;
    private readonly int port;

    private LocalRedis(Process process, int port) => (this.process, this.port) = (process, port);

    public string Address => $"redis://127.0.0.1:{port}/0";

    public static LocalRedis Start(string folder)
    {
        var port = FreePort();
        var process = Process.Start(new ProcessStartInfo(
            "redis-server", ["--port", $"{port}", "--save", "", "--appendonly", "no", "--dir", folder, "--bind", "127.0.0.1"]) { RedirectStandardOutput = true })!;
        return new LocalRedis(process, port);
    }

    /// <summary>Commands that clients sent so far, scripts counted as one.</summary>
    public async Task<long> CommandsAsync()
    {
        var stats = await Tool.OutputAsync("redis-cli", "-p", $"{port}", "info", "commandstats");
        return EvalCalls().Matches(stats).Sum(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"cmdstat_eval(?:sha)?:calls=(\d+)")]
    private static partial Regex EvalCalls();
}
