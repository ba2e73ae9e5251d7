using System.Text.Json;
using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>What rooms behind the edge see of a request, on a real server.</summary>
public sealed class SettledServerTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Behind_a_configured_proxy_the_client_and_the_public_address_are_seen_and_audited()
    {
        await using var server = await StartAsync("trusted_proxies: [127.0.0.1]", "allowed_hosts: [manager.example.org]");
        var seen = await SeenAsync(server, "X-Forwarded-For: 198.51.100.1, 2001:db8::7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: manager.example.org\r\n");
        Assert.Equal("2001:db8::7 https manager.example.org", seen);
        var refused = await RawHttp.SendAsync(server.Address, RawHttp.Request(
            "GET", "/api/v1/auth/me", "Forwarded: for=203.0.113.77;host=manager.example.org\r\n"), hangUp: false, Cancel);
        Assert.Equal(401, refused!.Status);
        await Poll.UntilAsync(async () => await server.Database.ReadAsync(
            r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE address = '203.0.113.77'"), Cancel) == 1);
    }

    [Fact]
    public async Task From_anybody_else_the_headers_change_nothing_and_stay_to_be_seen()
    {
        await using var server = await StartAsync("trusted_proxies: [192.0.2.1]");
        Assert.Equal("127.0.0.1 http localhost +1.2.3.4", await SeenAsync(
            server, "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\nForwarded: for=\"oops\r\n"));
    }

    [Fact]
    public async Task Other_hosts_are_not_this_server()
    {
        await using var server = await StartAsync();
        foreach (var (host, status, code) in ((string, int, string?)[])
            [("localhost", 200, null), ("127.0.0.1:8080", 200, null), ("192.0.2.1", 200, null), ("evil.example", 421, "host_unknown"), ("", 400, "malformed_request")])
        {
            var answer = await RawHttp.SendAsync(server.Address, System.Text.Encoding.ASCII.GetBytes(
                $"GET /seen HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"), hangUp: false, Cancel);
            Assert.Equal((status, code), (answer!.Status, answer.Code));
        }
    }

    [Theory]
    [InlineData("Content-Type: application/json; charset=utf-16\r\n", 415, "unsupported_media_type")]
    [InlineData("Content-Type: application/json; charset=utf-7\r\n", 415, "unsupported_media_type")]
    [InlineData("Content-Type: application/json; charset=iso-8859-1\r\n", 415, "unsupported_media_type")]
    [InlineData("Content-Type: application/json; charset=\"UTF-8\"\r\n", 415, "unsupported_media_type")]
    [InlineData("Content-Type: application/json; charset=UTF-8\r\n", 200, null)]
    [InlineData("Content-Type: application/json\r\nContent-Type: text/plain\r\n", 400, "malformed_request")]
    [InlineData("Content-Type: application/json\r\nContent-Encoding: gzip\r\n", 415, "unsupported_content_encoding")]
    [InlineData("Content-Type: application/json\r\nContent-Encoding: identity\r\n", 200, null)]
    [InlineData("Content-Type: application/json\r\nContent-Encoding: identity, br\r\n", 415, "unsupported_content_encoding")]
    public async Task Content_is_UTF_8_and_as_it_is(string headers, int status, string? code)
    {
        await using var server = await StartAsync();
        var answer = await RawHttp.SendAsync(server.Address, RawHttp.Request("POST", "/seen", headers, "{}"u8.ToArray()), hangUp: false, Cancel);
        Assert.Equal((status, code), (answer!.Status, answer.Code));
    }

    [Fact]
    public async Task Json_may_be_as_large_as_its_route_says()
    {
        await using var server = await StartAsync();
        var client = await server.SignUpAsync();
        var announced = await RawHttp.SendAsync(server.Address, RawHttp.Request(
            "POST", "/api/v1/workspaces", $"Authorization: Bearer {client.Token}\r\nContent-Type: application/json\r\nContent-Length: {(1 << 20) + 1}\r\n"), hangUp: false, Cancel);
        Assert.Equal((413, "too_large"), (announced!.Status, announced.Code));
        // A prompt's route reads it, and judges the project first.
        Assert.Equal((404, "not_found"), await client.TryAsync(HttpMethod.Post, $"projects/{Guid.NewGuid()}/tasks", new { prompt = new string('x', 2 << 20) }));
    }

    private static Task<LiveServer> StartAsync(params string[] keys) =>
        LiveServer.StartAsync(new Dictionary<string, string> { ["AICLI_ALLOWED_HOSTS"] = "" }, keys.Length == 0 ? null : $"server:\n{string.Join('\n', keys.Select(k => $"  {k}"))}\n", routes: routes =>
        {
            routes.MapGet("/seen", Seen).OpenToAll();
            routes.MapPost("/seen", (JsonElement body) => Results.Ok()).OpenToAll();
        });

    private static IResult Seen(HttpContext context) => Results.Json(new
    {
        seen = $"{context.Connection.RemoteIpAddress} {context.Request.Scheme} {context.Request.Host}"
            + (context.Request.Headers["X-Forwarded-For"] is [{ } claimed] && context.Request.Scheme == "http" ? $" +{claimed}" : ""),
    });

    private static async Task<string?> SeenAsync(LiveServer server, string headers)
    {
        var answer = await RawHttp.SendAsync(server.Address, RawHttp.Request("GET", "/seen", headers), hangUp: false, Cancel);
        Assert.True(answer!.Status == 200, answer.Body);
        return JsonElement.Parse(answer.Body).GetProperty("seen").GetString();
    }
}
