using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AICodeManager.Server.Ground;
using Npgsql;

namespace AICodeManager.Tests.Fixtures;

/// <summary>A real PostgreSQL on a loopback port, made for one test run and removed after it.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private Process? server;
    private int port;
    private int databases;

    public async ValueTask InitializeAsync()
    {
        if (ChildRun.IsOne)
            return;
        var binaries = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin";
        // initdb refuses to run as root; Debian's package brings the account it runs as.
        var asRoot = Environment.UserName == "root";
        if (asRoot)
        {
            await RunAsync("chown", "postgres", folder.Path);
            System.IO.File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        }

        var data = folder.File("data");
        var password = folder.File("password");
        await System.IO.File.WriteAllTextAsync(password, "postgres-test");
        System.IO.File.SetUnixFileMode(password, (UnixFileMode)0b110_100_100);
        await RunAsync(As(asRoot, $"{binaries}/initdb", "-D", data, "-U", "aicli", "--auth=scram-sha-256", $"--pwfile={password}", "-N", "-E", "UTF8"));
        port = FreePort();
        server = Start(As(asRoot, $"{binaries}/postgres", "-D", data, "-h", "127.0.0.1", "-p", $"{port}",
            "-k", folder.Path, "-c", "fsync=off", "-c", "max_connections=200"));
        await WaitUntilReadyAsync();
    }

    /// <summary>The address of a new, empty database.</summary>
    public async Task<Secret> NewDatabaseAsync()
    {
        var name = $"test{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync();
        return new Secret($"postgres://aicli:postgres-test@127.0.0.1:{port}/{name}");
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
            server.Dispose();
        }

        folder.Dispose();
    }

    private string ConnectionString => $"Host=127.0.0.1;Port={port};Username=aicli;Password=postgres-test;Database=postgres;Pooling=false";

    private async Task WaitUntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await retry.WaitForNextTickAsync(patience.Token))
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString);
                await connection.OpenAsync(patience.Token);
                return;
            }
            catch (NpgsqlException)
            {
                // Not yet.
            }
        }
    }

    private static string[] As(bool root, params string[] command) =>
        root ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command] : command;

    private static Process Start(params string[] command) =>
        Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;

    private static async Task RunAsync(params string[] command)
    {
        using var process = Start(command);
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command[0]}: {await error}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
