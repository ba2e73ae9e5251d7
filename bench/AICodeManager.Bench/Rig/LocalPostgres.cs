using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AICodeManager.Server.Ground;
using Npgsql;

namespace AICodeManager.Bench.Rig;

/// <summary>A PostgreSQL of its own, with the settings that it comes with.</summary>
internal sealed class LocalPostgres : IAsyncDisposable
{
    private static readonly bool AsRoot = Environment.UserName == "root";

    private readonly Process server;
    private readonly int port;
    private int made;

    private LocalPostgres(Process server, int port) => (this.server, this.port) = (server, port);

    public static async Task<LocalPostgres> StartAsync(string folder, CancellationToken cancel)
    {
        var programs = Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin";
        if (AsRoot)
        {
            // It refuses to run as root; Debian's package brings the account.
            await RunAsync(["chown", "postgres", folder], cancel);
            await RunAsync(["chmod", "755", Path.GetDirectoryName(folder)!], cancel);
        }

        var data = Path.Combine(folder, "data");
        await RunAsync(As($"{programs}/initdb", "-D", data, "-U", "aicli", "--auth=trust", "-E", "UTF8"), cancel);
        var port = FreePort();
        var server = Start(As($"{programs}/postgres", "-D", data, "-h", "127.0.0.1", "-p", $"{port}", "-k", folder));
        var postgres = new LocalPostgres(server, port);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        using var retry = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await retry.WaitForNextTickAsync(patience.Token))
        {
            try
            {
                await postgres.SqlAsync("postgres", "SELECT 1", patience.Token);
                break;
            }
            catch (NpgsqlException)
            {
                // Not yet.
            }
        }

        return postgres;
    }

    /// <summary>The name of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync(CancellationToken cancel)
    {
        var name = $"bench{++made}";
        await SqlAsync("postgres", $"CREATE DATABASE {name}", cancel);
        return name;
    }

    public Secret Url(string database) => new($"postgres://aicli@127.0.0.1:{port}/{database}");

    public async Task<object?> SqlAsync(string database, string sql, CancellationToken cancel)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=aicli;Database={database};Pooling=false");
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(cancel);
    }

    /// <summary>Runs a program of PostgreSQL's against a database.</summary>
    public Task ToolAsync(string program, string database, string[] arguments, CancellationToken cancel) =>
        RunAsync([program, "-h", "127.0.0.1", "-p", $"{port}", "-U", "aicli", "-d", database, .. arguments], cancel);

    public async ValueTask DisposeAsync()
    {
        server.Kill(entireProcessTree: true);
        await server.WaitForExitAsync(CancellationToken.None);
        server.Dispose();
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="BenchException">It failed; with what it said.</exception>
    public static async Task RunAsync(string[] command, CancellationToken cancel)
    {
        using var process = Start(command);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        if (process.ExitCode != 0)
            throw new BenchException($"{command[0]}: {await error}");
    }

    private static string[] As(params string[] command) =>
        AsRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command] : command;

    private static Process Start(string[] command) => Process.Start(new ProcessStartInfo(command[0], command[1..])
    {
        RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
    })!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
