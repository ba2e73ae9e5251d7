using System.Net;
using System.Net.Sockets;
using System.Text;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>
/// Clients that are slow on purpose. Each test waits for the server to act, which with these settings it does after one to
/// three seconds; without the bound under test it never would.
/// </summary>
public sealed class LimitTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Heads_that_do_not_end_are_refused()
    {
        await using var server = await StartAsync();
        var answer = await SayAsync(server, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.Contains("request_timeout", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_that_do_not_come_are_refused()
    {
        await using var server = await StartAsync();
        var answer = await SayAsync(server, "POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n{");
        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_without_requests_are_closed()
    {
        await using var server = await StartAsync();
        Assert.Equal("", await SayAsync(server, ""));
        Assert.StartsWith("HTTP/1.1 200 ", await SayAsync(server, "GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_nobody_takes_is_cut_off()
    {
        var cut = new TaskCompletionSource();
        await using var server = await StartAsync(cut);
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(server.Address.Host, server.Address.Port, Cancel);
        await client.GetStream().WriteAsync("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancel);
        await cut.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
    }

    [Fact]
    public async Task More_connections_than_allowed_are_closed_at_once_and_the_others_go_on()
    {
        await using var server = await LiveServer.StartAsync(config: "server:\n  max_connections: 16\n", routes: Routes(new()));
        var held = new List<TcpClient>();
        for (var i = 0; i < 16; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(server.Address.Host, server.Address.Port, Cancel);
            held.Add(client);
            // Answered, so that it counts before the next one comes.
            await client.GetStream().WriteAsync("GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancel);
            Assert.True(await client.GetStream().ReadAsync(new byte[512], Cancel) > 0);
        }

        Assert.Equal("", await SayAsync(server, "GET /small HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
        await held[0].GetStream().WriteAsync("GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancel);
        Assert.True(await held[0].GetStream().ReadAsync(new byte[512], Cancel) > 0);
        held.ForEach(client => client.Dispose());
        await Poll.UntilAsync(async () => (await SayAsync(server, "GET /small HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).Length > 0);
    }

    [Fact]
    public async Task One_network_cannot_hold_all_connections()
    {
        const int Share = 70;
        await using var server = await LiveServer.StartAsync(config: $"server:\n  max_connections: {Share * 10}\n", routes: Routes(new()));
        var held = new List<TcpClient>();
        for (var i = 0; i < Share; i++)
        {
            held.Add(await HoldAsync("127.0.0.1"));
            Assert.True(await AnswersAsync(held[^1]));
        }

        Assert.False(await IsServedAsync("127.0.0.1"));
        using var other = await HoldAsync("127.0.0.2");
        Assert.True(await AnswersAsync(other));
        held.ForEach(client => client.Dispose());
        await Poll.UntilAsync(() => IsServedAsync("127.0.0.1"));

        // Turned away, a connection may be gone before it is known to have been made.
        async Task<bool> IsServedAsync(string from)
        {
            try
            {
                using var client = await HoldAsync(from);
                return await AnswersAsync(client);
            }
            catch (SocketException)
            {
                return false;
            }
        }

        async Task<TcpClient> HoldAsync(string from)
        {
            var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
            await client.ConnectAsync(IPAddress.Loopback, server.Address.Port, Cancel);
            return client;
        }
    }

    private static async Task<bool> AnswersAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().WriteAsync("GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancel);
            return await client.GetStream().ReadAsync(new byte[512], Cancel) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static Task<LiveServer> StartAsync(TaskCompletionSource? cut = null) => LiveServer.StartAsync(
        config: "server:\n  read_timeout: 1s\n  write_timeout: 1s\n  idle_timeout: 1s\n", routes: Routes(cut ?? new()));

    private static Action<IEndpointRouteBuilder> Routes(TaskCompletionSource cut) => routes =>
    {
        routes.MapGet("/small", () => "small").OpenToAll();
        routes.MapPost("/read", async (HttpContext context) => await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted)).OpenToAll();
        routes.MapGet("/endless", async (HttpContext context) =>
        {
            using var gone = context.RequestAborted.Register(() => cut.TrySetResult());
            var piece = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
        }).OpenToAll();
    };

    /// <summary>Says it and nothing more, and gives what came until the server closed.</summary>
    private static Task<string> SayAsync(LiveServer server, string text) =>
        RawHttp.ExchangeAsync(server.Address, Encoding.ASCII.GetBytes(text), hangUp: false, Cancel);
}
