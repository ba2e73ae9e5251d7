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

    /// <param name="settings">Environment variables as <c>NAME=value</c>, before the measurement's own.</param>
    public static async Task<ChildServer> StartAsync(string name, string data, string? redis, CancellationToken cancel, params string[] settings)
    {
        var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(ChildServer).Assembly.Location, "pipeline-server", "--data", data, .. redis is null ? Array.Empty<string>() : ["--redis", redis],
            .. settings.SelectMany(setting => (string[])["--setting", setting])])
        {
            RedirectStandardOutput = true,
        })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var address = await ValueAsync(process, MeasuredServer.AddressMark, patience.Token);
        return new ChildServer(process, name, new Uri(address), await ValueAsync(process, MeasuredServer.TokenMark, patience.Token));
    }

    private static async Task<string> ValueAsync(Process process, string mark, CancellationToken cancel)
    {
        while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith(mark, StringComparison.Ordinal))
                return line[mark.Length..];
        }

        throw new BenchException("The measured server did not start.");
    }

    /// <summary>Processor time and allocated bytes of the process so far.</summary>
    public async Task<(TimeSpan Processor, long Bytes)> SpentAsync(CancellationToken cancel)
    {
        var parts = (await http.GetStringAsync(new Uri(Address, MeasuredServer.Spent), cancel)).Split(' ');
        return (TimeSpan.FromTicks(long.Parse(parts[0], CultureInfo.InvariantCulture)), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Managed bytes in use after a full collection.</summary>
    public async Task<long> HeapAsync(CancellationToken cancel) =>
        long.Parse(await http.GetStringAsync(new Uri(Address, MeasuredServer.Heap), cancel), CultureInfo.InvariantCulture);

    /// <summary>Bytes of the process in memory now.</summary>
    public long Resident
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
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
