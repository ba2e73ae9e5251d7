using System.Diagnostics;
using System.Globalization;
using AICodeManager.Bench.Rig;

namespace AICodeManager.Bench.Pipeline;

/// <summary>A <see cref="MeasuredServer"/> started as a child.</summary>
internal sealed class ChildServer : IAsyncDisposable
{
    private readonly Process process;
    private readonly HttpClient http = new();

    private ChildServer(Process process, string name, Uri address, string token) =>
        (this.process, Name, Address, Token) = (process, name, address, token);

    public string Name { get; }

    public Uri Address { get; }

    public string Token { get; }

    public static async Task<ChildServer> StartAsync(string name, string data, string? redis, CancellationToken cancel)
    {
        string[] arguments = [Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? typeof(ChildServer).Assembly.Location : "", "pipeline-server", "--data", data, .. redis is null ? Array.Empty<string>() : ["--redis", redis]];
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments.Where(a => a.Length > 0))
        {
            RedirectStandardOutput = true,
        })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var address = await process.StandardOutput.ReadLineAsync(patience.Token);
        var token = await process.StandardOutput.ReadLineAsync(patience.Token);
        return address is not null && token is not null
            ? new ChildServer(process, name, new Uri(address), token)
            : throw new BenchException($"The server '{name}' did not start.");
    }

    /// <summary>Processor time and allocated bytes of the process so far.</summary>
    public async Task<(TimeSpan Processor, long Bytes)> SpentAsync(CancellationToken cancel)
    {
        var parts = (await http.GetStringAsync(new Uri(Address, MeasuredServer.Spent), cancel)).Split(' ');
        return (TimeSpan.FromTicks(long.Parse(parts[0], CultureInfo.InvariantCulture)), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Tool.OutputAsync("kill", $"{process.Id}");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await process.WaitForExitAsync(patience.Token);
        process.Dispose();
    }
}
