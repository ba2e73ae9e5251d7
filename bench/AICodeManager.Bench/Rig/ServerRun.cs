using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AICodeManager.Bench.Rig;

/// <summary><c>aicli-web</c> as users start it: its own process, the release build, on a free port of 127.0.0.1.</summary>
internal sealed partial class ServerRun : IAsyncDisposable
{
    private const string Program = "artifacts/bin/AICodeManager.Server/release/aicli-web.dll";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60), StopLimit = TimeSpan.FromSeconds(40);

    private readonly Process process;
    private readonly string data;
    private readonly string engine;

    private ServerRun(Process process, string data, string engine, Uri address) =>
        (this.process, this.data, this.engine, Address) = (process, data, engine, address);

    public Uri Address { get; }

    /// <summary>The mark by which this server knows its own sandboxes.</summary>
    public string Instance => File.ReadAllText(Path.Combine(data, "instance")).Trim();

    /// <summary>Starts it and waits until its escape probes are over, which would otherwise be measured too.</summary>
    /// <param name="data">Its data folder; a later run may go on with the same one.</param>
    /// <param name="config">Text of its <c>config.yml</c>.</param>
    public static async Task<ServerRun> StartAsync(string engine, string data, Uri model, string config, CancellationToken cancel)
    {
        if (!File.Exists(Program))
            throw new BenchException($"{Program} is missing; start the measurement with bench/run.");
        Directory.CreateDirectory(data);
        var file = Path.Combine(data, "config.yml");
        await File.WriteAllTextAsync(file, config, cancel);
        var info = new ProcessStartInfo("dotnet", [Program, "serve"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var foreign in new[] { "DATABASE_URL", "SESSION_REDIS_URL" })
            info.Environment.Remove(foreign);
        info.Environment["AICLI_CONFIG"] = file;
        info.Environment["AICLI_DATA"] = data;
        info.Environment["AICLI_URLS"] = "http://127.0.0.1:0";
        info.Environment["AICLI_SANDBOX"] = engine;
        info.Environment["AICLI_ADMIN_EMAIL"] = ApiUser.Email;
        info.Environment["AICLI_ADMIN_PASSWORD"] = ApiUser.Password;
        info.Environment["ANTHROPIC_BASE_URL"] = model.GetLeftPart(UriPartial.Authority);
        info.Environment["ANTHROPIC_API_KEY"] = "scripted-model-takes-any-key";
        info.Environment["LOG_LEVEL"] = "info";
        info.Environment["API_RATE_LIMIT_ENABLED"] = "false"; // a heap of tasks from one address is the point
        var process = Process.Start(info)!;
        var log = new ProcessLog(process);
        try
        {
            var address = await log.AddressAsync(StartLimit, cancel);
            await log.ProvenAsync(StartLimit, cancel);
            return new ServerRun(process, data, engine, address);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
    }

    /// <summary>Asks it to stop, then removes the containers that a broken measurement may have left.</summary>
    public async ValueTask DisposeAsync()
    {
        _ = Kill(process.Id, 15);
        using var patience = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
        if (engine == "docker")
        {
            var left = await Tool.OutputAsync("docker", "ps", "-aq", "--filter", $"label=aicli.instance={Instance}");
            if (left.Split('\n', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } ids)
                await Tool.OutputAsync("docker", ["rm", "-f", .. ids]);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
