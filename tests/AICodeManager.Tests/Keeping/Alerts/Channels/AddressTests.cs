using System.Net;
using System.Net.Sockets;
using System.Text;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;

namespace AICodeManager.Tests.Keeping.Alerts.Channels;

/// <summary>A webhook's address is no way into the networks that the server can reach, and its owner cannot hold the server up.</summary>
public sealed class AddressTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("[::]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[64:ff9b::7f00:1]")]
    [InlineData("[2002:7f00:1::]")]
    [InlineData("[fe80::1]")]
    [InlineData("[fd00::1]")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("198.18.0.1")]
    [InlineData("１２７.０.０.１")]
    public async Task Cannot_reach_an_address_that_is_not_public(string host)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = new AlertHttp(TimeSpan.FromSeconds(5));
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        var result = await http.PostAsync(new WebTarget(new Secret($"http://{host}:{port}/hook"), AllowHttp: true), "{}"u8.ToArray(), None, Cancel);

        // Digits of other scripts are no digits to the resolver: there is no such host.
        Assert.Equal(Ascii.IsValid(host) ? SendOutcome.Never : SendOutcome.Later, result.Outcome);
        Assert.Contains(Ascii.IsValid(host) ? "allow_private_addresses" : "cannot be reached", result.Error, StringComparison.Ordinal);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Cannot_be_told_without_tls_unless_that_is_asked_for()
    {
        using var http = new AlertHttp();
        var result = await http.PostAsync(new WebTarget(new Secret("http://127.0.0.1:9/x"), AllowPrivateAddresses: true), "{}"u8.ToArray(), None, Cancel);
        Assert.Equal(SendResult.Never("the address is not https"), result);
    }

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", nameof(SendOutcome.Sent), null)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", nameof(SendOutcome.Never), "redirect")]
    [InlineData("HTTP/1.1 307 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n", nameof(SendOutcome.Never), "redirect")]
    [InlineData("HTTP/1.1 404 Gone\r\nContent-Length: 0\r\n\r\n", nameof(SendOutcome.Never), "404")]
    [InlineData("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n", nameof(SendOutcome.Never), "410")]
    [InlineData("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", nameof(SendOutcome.Later), "403")]
    [InlineData("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", nameof(SendOutcome.Later), "500")]
    [InlineData("SSH-2.0-hello\r\n", nameof(SendOutcome.Later), "broke off")]
    [InlineData("", nameof(SendOutcome.Later), "no whole answer")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow", nameof(SendOutcome.Later), "no whole answer")]
    public async Task Can_judge_the_answer(string answer, string outcome, string? says)
    {
        var result = await AskAsync(answer);
        Assert.Equal(outcome, result.Outcome.ToString());
        Assert.True(says is null || result.Error!.Contains(says, StringComparison.Ordinal), result.Error);
        Assert.DoesNotContain("s3cret", result.Error ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Can_wait_as_asked_and_needs_no_end_of_a_long_answer()
    {
        Assert.Equal(TimeSpan.FromSeconds(120), (await AskAsync("HTTP/1.1 429 No\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n")).RetryAfter);
        Assert.Equal(SendResult.Sent, await AskAsync("HTTP/1.1 200 OK\r\n\r\n" + new string('x', 100_000)));
    }

    private static async Task<SendResult> AskAsync(string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var http = new AlertHttp(TimeSpan.FromSeconds(1));
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/services/s3cret";
        var asking = http.PostAsync(new WebTarget(new Secret(url), AllowPrivateAddresses: true, AllowHttp: true), "{}"u8.ToArray(), None, Cancel);
        using var client = await listener.AcceptTcpClientAsync(Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(answer), Cancel);
        return await asking;
    }
}
