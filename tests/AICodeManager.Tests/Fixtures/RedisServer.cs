using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Coordination.Redis;
using AICodeManager.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(SharedRedis))]

namespace AICodeManager.Tests.Fixtures;

/// <summary>The Redis that tests share which do it no harm: each uses shards of its own.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    public RedisServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!ChildRun.IsOne)
            Server = await RedisServer.StartAsync();
    }

    public ValueTask DisposeAsync() => ChildRun.IsOne ? ValueTask.CompletedTask : Server.DisposeAsync();
}

/// <summary>A real Redis with a password on a loopback port, to be killed, frozen and started again on the same one.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    public const string Password = "redis-test-password";

    private readonly TempFolder folder = new();
    private readonly string[] arguments;
    private Process? process;

    private RedisServer(int port, string[] arguments) => (Port, this.arguments) = (port, arguments);

    public int Port { get; }

    public RedisOptions Options => new(new Secret($"redis://127.0.0.1:{Port}/0"), new Secret(Password));

    /// <summary>Starts on a free port, without persistence.</summary>
    /// <param name="more">Further arguments of <c>redis-server</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] more)
    {
        var server = new RedisServer(FreePort(), more);
        try
        {
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it (again) and waits until it answers.</summary>
    public async Task RestartAsync()
    {
        process?.Dispose();
        process = Process.Start(new ProcessStartInfo("redis-server",
        [
            "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", folder.Path, "--save", "", "--appendonly", "no",
            "--requirepass", Password, "--masterauth", Password, .. arguments,
        ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await Poll.UntilAsync(async () => await CommandAsync("PING") == "PONG");
    }

    /// <summary>SIGKILL: no goodbye.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP: it takes connections and says nothing.</summary>
    public Task FreezeAsync() => RunAsync("kill", "-STOP", $"{process!.Id}");

    public Task ThawAsync() => RunAsync("kill", "-CONT", $"{process!.Id}");

    /// <summary>Asks it something over a connection of its own.</summary>
    public Task<string> CommandAsync(params string[] command) =>
        RunAsync(["redis-cli", "-h", "127.0.0.1", "-p", $"{Port}", "-a", Password, "--no-auth-warning", .. command]);

    /// <summary>How often each command was called since the last <c>CONFIG RESETSTAT</c>.</summary>
    public async Task<Dictionary<string, int>> CallsAsync() =>
        (await CommandAsync("INFO", "commandstats")).Split('\n')
            .Where(line => line.StartsWith("cmdstat_", StringComparison.Ordinal))
            .Select(line => line["cmdstat_".Length..].Split(":calls=", 2))
            .ToDictionary(parts => parts[0], parts => int.Parse(parts[1].Split(',')[0]));

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await KillAsync();
        process?.Dispose();
        folder.Dispose();
    }

    /// <summary>A port that is free, and so is the one that Cluster's nodes talk on, 10,000 above.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            if (port < 55_000)
                return port;
        }
    }

    private static async Task<string> RunAsync(params string[] command)
    {
        using var running = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = running.StandardError.ReadToEndAsync();
        var output = await running.StandardOutput.ReadToEndAsync();
        await running.WaitForExitAsync();
        await error;
        return output.Trim();
    }
}
