using System.Net;
using System.Net.Sockets;
using System.Text;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Work.Egress;

namespace AICodeManager.Tests.Work.Egress;

public sealed class EgressProxyTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("aicli-test-").FullName;
    private readonly TcpListener echo = new(IPAddress.Loopback, 0);
    private readonly List<string> decisions = [];
    private int asked;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private int Port => ((IPEndPoint)echo.LocalEndpoint).Port;

    public ValueTask InitializeAsync()
    {
        echo.Start();
        _ = EchoAsync();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        echo.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Can_open_a_tunnel_to_the_one_place()
    {
        await using var proxy = Start(Rule());
        Assert.Equal("HTTP/1.1 200 Connection established\r\n\r\nhello", await AskAsync($"CONNECT allowed.example:{Port} HTTP/1.1\r\nHost: x\r\n\r\nhello"));
        Assert.Equal([$"allowed.example:{Port}"], decisions);
    }

    [Theory]
    [InlineData("CONNECT other.example:{port} HTTP/1.1")]
    [InlineData("CONNECT allowed.example.other.example:{port} HTTP/1.1")]
    [InlineData("CONNECT allowed.example:22 HTTP/1.1")]
    [InlineData("CONNECT allowed.example HTTP/1.1")]
    [InlineData("CONNECT user@allowed.example:{port} HTTP/1.1")]
    [InlineData("CONNECT allowed.example:{port}@other.example HTTP/1.1")]
    [InlineData("CONNECT allowed.example:{port}/path HTTP/1.1")]
    [InlineData("CONNECT allowed.example:{port}#other.example HTTP/1.1")]
    [InlineData("CONNECT 127.0.0.1:{port} HTTP/1.1")]
    [InlineData("CONNECT [::1]:{port} HTTP/1.1")]
    [InlineData("CONNECT localhost:{port} HTTP/1.1")]
    [InlineData("CONNECT 169.254.169.254:80 HTTP/1.1")]
    [InlineData("GET http://allowed.example:{port}/ HTTP/1.1")]
    public async Task Cannot_reach_any_other_place(string request)
    {
        await using var proxy = Start(Rule());
        Assert.StartsWith("HTTP/1.1 403", await AskAsync(Filled(request) + "\r\nHost: allowed.example\r\n\r\nhello"));
        Assert.EndsWith(" not_allowed", Assert.Single(decisions), StringComparison.Ordinal);
        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("DELETE http://allowed.example:{port}/ HTTP/1.1")]
    [InlineData("CONNECT  allowed.example:{port} HTTP/1.1")]
    [InlineData("CONNECT allowed.example:{port} HTTP/2")]
    [InlineData("CONNECT allowed.example:{port} HTTP/1.1\r\nX: \u0001")]
    [InlineData("CONNECT allowed.example:{port} HTTP/1.1\nX: y")]
    [InlineData("\u0016\u0003\u0001")]
    public async Task Refuses_what_is_no_request_to_a_proxy(string request)
    {
        await using var proxy = Start(Rule("http"));
        Assert.StartsWith("HTTP/1.1 403", await AskAsync(Filled(request) + "\r\n\r\n"));
        Assert.Equal("? malformed", Assert.Single(decisions));
    }

    [Fact]
    public async Task Refuses_a_head_without_end()
    {
        await using var proxy = Start(Rule());
        Assert.StartsWith("HTTP/1.1 403", await AskAsync($"CONNECT allowed.example:{Port} HTTP/1.1\r\nX: {new string('x', 8192)}"));
        Assert.Equal("? malformed", Assert.Single(decisions));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("fd00::1")]
    [InlineData("93.184.215.14,192.168.0.1")]
    public async Task Cannot_reach_a_private_address_behind_the_allowed_name(string addresses)
    {
        await using var proxy = Start(Rule() with { PrivateAllowed = false }, addresses);
        Assert.Contains("private_address", await AskAsync($"CONNECT allowed.example:{Port} HTTP/1.1\r\n\r\nhello"));
        Assert.EndsWith(" private_address", Assert.Single(decisions), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passes_plain_requests_on_only_in_the_form_that_was_judged()
    {
        await using var proxy = Start(Rule("http"));
        var answer = await AskAsync(
            $"GET http://allowed.example:{Port}/repo/info/refs?x=1 HTTP/1.1\r\nHost: other.example\r\nProxy-Authorization: secret\r\nConnection: keep-alive\r\nUser-Agent: git\r\n\r\n");
        Assert.Equal($"GET /repo/info/refs?x=1 HTTP/1.1\r\nHost: allowed.example:{Port}\r\nConnection: close\r\nUser-Agent: git\r\n\r\n", answer);
    }

    [Fact]
    public async Task Ends_a_tunnel_that_carries_more_than_allowed()
    {
        await using var proxy = Start(Rule() with { MaxBytes = 100_000 });
        var answer = await AskAsync($"CONNECT allowed.example:{Port} HTTP/1.1\r\n\r\n{new string('x', 300_000)}");
        Assert.True(answer.Length < 150_000, $"{answer.Length}");
        Assert.Contains("allowed.example limit_reached", decisions);
    }

    [Fact]
    public async Task Ends_when_its_time_is_up()
    {
        await using var proxy = Start(Rule() with { Limit = TimeSpan.FromMilliseconds(300) });
        using var client = await ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes($"CONNECT allowed.example:{Port} HTTP/1.1\r\n\r\n"), Cancel);
        var buffer = new byte[100];
        try
        {
            while (await client.ReceiveAsync(buffer, Cancel) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Cut: what was to be seen.
        }
    }

    [Theory]
    [InlineData("93.184.215.14", true)]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c", true)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("127.9.9.9", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:192.168.1.1", false)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2001::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    public void Knows_which_addresses_are_public(string address, bool expected) =>
        Assert.Equal(expected, PublicAddress.Is(IPAddress.Parse(address)));

    private EgressRule Rule(string scheme = "https") => new(scheme, "allowed.example", Port, PrivateAllowed: true, MaxBytes: 1 << 20, TimeSpan.FromMinutes(1));

    private EgressProxy Start(EgressRule rule, string addresses = "127.0.0.1") => EgressProxy.Start(
        folder,
        rule,
        (_, _) =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(addresses.Split(',').Select(IPAddress.Parse).ToArray());
        },
        decision =>
        {
            decisions.Add(decision.Reason is null ? decision.Target : $"{decision.Target} {decision.Reason}");
            return Task.CompletedTask;
        },
        TimeProvider.System);

    private string Filled(string request) => request.Replace("{port}", Port.ToString(), StringComparison.Ordinal);

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(folder, EgressProxy.SocketName)), Cancel);
        return client;
    }

    /// <summary>Sends all, then reads until the end.</summary>
    private async Task<string> AskAsync(string text)
    {
        using var client = await ConnectAsync();
        using var stream = new NetworkStream(client);
        var sending = SendAsync(client, Encoding.Latin1.GetBytes(text));
        var answer = new StringBuilder();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, Cancel) is > 0 and var read)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // Cut by the proxy.
        }

        await sending;
        return answer.ToString();
    }

    private static async Task SendAsync(Socket client, byte[] bytes)
    {
        try
        {
            for (var sent = 0; sent < bytes.Length;)
                sent += await client.SendAsync(bytes.AsMemory(sent), Cancel);
            client.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Cut by the proxy.
        }
    }

    private async Task EchoAsync()
    {
        try
        {
            while (true)
            {
                using var client = await echo.AcceptTcpClientAsync(Cancel);
                await client.GetStream().CopyToAsync(client.GetStream(), Cancel);
            }
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException or OperationCanceledException or IOException)
        {
            // The test is over.
        }
    }
}
