using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using AICodeManager.Bench.Pipeline;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench;

/// <summary>
/// What the front door costs: an authenticated request through every layer, with embedded state and with Redis, beside a
/// bare route of the same process that answers the same bytes.
/// </summary>
internal static partial class PipelineBench
{
    private sealed class Kind(ChildServer server, string path)
    {
        public ChildServer Server { get; } = server;
        public string Path { get; } = path;
        public List<double> PerSecond { get; } = [];
        public List<double> Micros { get; } = [];
        public List<double> Bytes { get; } = [];
        public long Requests { get; set; }
    }

    public static async Task<int> RunAsync(int rounds, int seconds, int connections, CancellationToken cancel)
    {
        using var folder = new ScratchFolder();
        var port = FreePort();
        using var redis = Process.Start(new ProcessStartInfo(
            "redis-server", ["--port", $"{port}", "--save", "", "--appendonly", "no", "--dir", folder.Path, "--bind", "127.0.0.1"]) { RedirectStandardOutput = true })!;
        try
        {
            await using var embedded = await ChildServer.StartAsync("embedded", folder.Make("embedded"), null, cancel);
            await using var shared = await ChildServer.StartAsync("redis", folder.Make("redis"), $"redis://127.0.0.1:{port}/0", cancel);
            Kind[] kinds =
            [
                new(embedded, MeasuredServer.Bare), new(embedded, MeasuredServer.Behind),
                new(shared, MeasuredServer.Bare), new(shared, MeasuredServer.Behind),
            ];
            foreach (var kind in kinds)
                await Wrk.RunAsync(kind.Server.Address, kind.Path, kind.Server.Token, connections, 5); // compiled and warm

            var commandsBefore = await CommandsAsync(port);
            for (var round = 0; round < rounds; round++)
            {
                foreach (var kind in kinds)
                    await MeasureAsync(kind, connections, seconds, cancel);
            }

            Print(kinds, await CommandsAsync(port) - commandsBefore);
            return 0;
        }
        finally
        {
            redis.Kill();
            await redis.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task MeasureAsync(Kind kind, int connections, int seconds, CancellationToken cancel)
    {
        var before = await kind.Server.SpentAsync(cancel);
        var result = await Wrk.RunAsync(kind.Server.Address, kind.Path, kind.Server.Token, connections, seconds);
        var after = await kind.Server.SpentAsync(cancel);
        kind.PerSecond.Add(result.PerSecond);
        kind.Micros.Add((after.Processor - before.Processor).TotalMicroseconds / result.Requests);
        kind.Bytes.Add((double)(after.Bytes - before.Bytes) / result.Requests);
        kind.Requests += result.Requests;
    }

    private static void Print(Kind[] kinds, long commands)
    {
        var table = new Table("", "requests/s", "to bare", "µs of CPU", "added", "bytes", "added");
        for (var i = 0; i < kinds.Length; i += 2)
        {
            var (bare, behind) = (kinds[i], kinds[i + 1]);
            table.Add($"{bare.Server.Name}, bare", Text(Median(bare.PerSecond), "n0"), "1.00", Text(Median(bare.Micros), "n1"), "", Text(Median(bare.Bytes), "n0"), "");
            // Each round's own ratio: the two ran one after the other.
            var ratio = Median([.. behind.PerSecond.Zip(bare.PerSecond, (one, other) => one / other)]);
            table.Add(
                $"{bare.Server.Name}, all layers", Text(Median(behind.PerSecond), "n0"), Text(ratio, "n2"), Text(Median(behind.Micros), "n1"),
                Text(Median(behind.Micros) - Median(bare.Micros), "n1"), Text(Median(behind.Bytes), "n0"),
                Text(Median(behind.Bytes) - Median(bare.Bytes), "n0"));
        }

        table.Print();
        Console.WriteLine($"Redis commands a request: {Text((double)commands / kinds[^1].Requests, "n3")}");
    }

    /// <summary>Commands that clients sent, scripts counted as one.</summary>
    private static async Task<long> CommandsAsync(int port)
    {
        var stats = await Tool.OutputAsync("redis-cli", "-p", $"{port}", "info", "commandstats");
        return EvalCalls().Matches(stats).Sum(m => long.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private static double Median(List<double> all)
    {
        double[] sorted = [.. all.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Text(double number, string form) => number.ToString(form, CultureInfo.InvariantCulture);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"cmdstat_eval(?:sha)?:calls=(\d+)")]
    private static partial Regex EvalCalls();
}
