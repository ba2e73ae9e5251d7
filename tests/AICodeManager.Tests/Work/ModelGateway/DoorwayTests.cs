using System.Net;
using System.Net.Sockets;
using System.Text;
using AICodeManager.ScriptedModel;

namespace AICodeManager.Tests.Work.ModelGateway;

public sealed class DoorwayTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Can_call_the_model_with_the_tasks_token_in_either_header()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));
        var withKeyHeader = GatewayRig.Post(GatewayRig.Call().ToJsonString(), token: null);
        withKeyHeader.Headers.Add("x-api-key", GatewayRig.Token);

        Assert.Equal(200, (await rig.ReadAsync(GatewayRig.Call())).Status);
        Assert.Equal(200, (await rig.ReadAsync(withKeyHeader)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("task-token-2")]
    [InlineData("task-token-11")]
    [InlineData(GatewayRig.Key)]
    public async Task Cannot_call_the_model_without_the_tasks_token(string? token)
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));

        using var answer = await rig.SendAsync(GatewayRig.Post(GatewayRig.Call().ToJsonString(), token: token));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("false", answer.Headers.GetValues("x-should-retry").Single());
        Assert.Contains("authentication_error", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Empty(rig.Scripted.Requests);
    }

    [Theory]
    [InlineData("POST", "/v1/files")]
    [InlineData("POST", "/v1/messages/batches")]
    [InlineData("POST", "/v1/messages/../files")]
    [InlineData("POST", "/v1/%6dessages")]
    [InlineData("POST", "//v1/messages")]
    [InlineData("POST", "/v1/messages?beta=true&x=1")]
    [InlineData("POST", "/v1/messages/")]
    [InlineData("GET", "/v1/messages")]
    [InlineData("GET", "/v1/models")]
    [InlineData("DELETE", "/v1/messages")]
    [InlineData("POST", "http://169.254.169.254/v1/messages")]
    [InlineData("POST", "http://gateway.invalid/v1/messages")]
    public async Task Cannot_reach_anything_but_the_messages(string method, string target)
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));

        var answer = await RawAsync(rig, $"{method} {target} HTTP/1.1\r\nHost: gateway.invalid\r\nAuthorization: Bearer {GatewayRig.Token}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        Assert.True(answer.StartsWith("HTTP/1.1 403", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 400", StringComparison.Ordinal), answer);
        Assert.Empty(rig.Scripted.Requests);
    }

    [Fact]
    public async Task Cannot_tunnel_or_upgrade()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));

        var connect = await RawAsync(rig, $"CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: 169.254.169.254:80\r\nAuthorization: Bearer {GatewayRig.Token}\r\nConnection: close\r\n\r\n");
        var upgrade = await RawAsync(rig, $"POST /v1/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {GatewayRig.Token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 403", connect, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 403", upgrade, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cannot_smuggle_a_second_request_with_two_lengths()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));

        var answer = await RawAsync(rig, $"POST /v1/messages HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {GatewayRig.Token}\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\nhello");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
        Assert.Empty(rig.Scripted.Requests);
    }

    [Fact]
    public async Task Answers_the_connection_test_without_a_token_and_without_the_upstream()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));

        using var answer = await rig.SendAsync(new HttpRequestMessage(HttpMethod.Head, "http://gateway.invalid/"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(rig.Scripted.Requests);
    }

    [Fact]
    public async Task Cannot_send_a_compressed_body_or_one_that_is_too_large()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"), with: o => o with { MaxRequestBytes = 2_048 });
        var compressed = GatewayRig.Post(GatewayRig.Call().ToJsonString());
        compressed.Content!.Headers.ContentEncoding.Add("gzip");

        Assert.Equal(400, (await rig.ReadAsync(compressed)).Status);
        var large = await rig.ReadAsync(GatewayRig.Post(new string(' ', 2_049)));

        Assert.Equal(413, large.Status);
        Assert.Contains("larger than 2048 bytes", large.Everything, StringComparison.Ordinal);
        Assert.Equal("request_refused", rig.Door.LastFault?.Kind);
        Assert.Empty(rig.Scripted.Requests);
    }

    private static async Task<string> RawAsync(GatewayRig rig, string request)
    {
        using var socket = await rig.ConnectAsync(Cancel);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync(Cancel) ?? "";
    }
}
