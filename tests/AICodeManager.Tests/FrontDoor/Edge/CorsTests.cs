using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>Which other origins' pages may read answers (spec A3).</summary>
public sealed class CorsTests
{
    private const string App = "https://app.example.org", Www = "https://www.example.org:8443";
    private const string Two = $"security:\n  cors:\n    allowed_origins: [\"{App}\", \"{Www}\"]\n    allow_credentials: true\n    max_age: 600\n";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_preflight_is_answered_before_anybody_is_asked_who_they_are()
    {
        await using var server = await LiveServer.StartAsync(config: Two);
        // Whatever stands in these headers, identity would refuse it.
        using var answer = await SendAsync(
            server, HttpMethod.Options, "/api/v1/workspaces", App,
            ("Access-Control-Request-Method", "DELETE"), ("Access-Control-Request-Headers", "authorization,signature"), ("Authorization", "Bearer x"), ("Signature-Input", "x"));
        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal((App, "true", "600", "Origin"), (
            Text(answer, "Access-Control-Allow-Origin"), Text(answer, "Access-Control-Allow-Credentials"), Text(answer, "Access-Control-Max-Age"), Text(answer, "Vary")));
        Assert.Equal(["DELETE", "GET", "POST", "PUT"], Words(answer, "Access-Control-Allow-Methods"));
        Assert.Equal(
            ["Authorization", "Content-Digest", "Content-Type", "Last-Event-ID", "Signature", "Signature-Input", "X-CSRF-Token", "X-Requested-With"],
            Words(answer, "Access-Control-Allow-Headers"));
    }

    [Theory]
    [InlineData("/api/v1/auth/me", 401)]
    [InlineData("/api/v1/nothing", 404)]
    [InlineData("/healthz", 200)]
    public async Task Answers_and_refusals_can_be_read_with_what_every_client_reads(string path, int status)
    {
        await using var server = await LiveServer.StartAsync(config: Two);
        using var answer = await SendAsync(server, HttpMethod.Get, path, Www);
        Assert.Equal((status, Www, "true", "Origin"), (
            (int)answer.StatusCode, Text(answer, "Access-Control-Allow-Origin"), Text(answer, "Access-Control-Allow-Credentials"), Text(answer, "Vary")));
        var read = Words(answer, "Access-Control-Expose-Headers");
        Assert.All(
            ["Date", "Key-Rotation-Due", "X-Request-Id", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After", "X-Total-Count"],
            name => Assert.Contains(name, read));
    }

    [Theory]
    [InlineData("https://app.example.org.evil.example")]
    [InlineData("https://evilapp.example.org")]
    [InlineData("https://sub.app.example.org")]
    [InlineData("http://app.example.org")]
    [InlineData("https://app.example.org:444")]
    [InlineData("https://www.example.org")]
    [InlineData("https://app.example.org/")]
    [InlineData("https://app.example.org@evil.example")]
    [InlineData("https://app.example.org, https://evil.example")]
    [InlineData("null")]
    [InlineData("*")]
    [InlineData("")]
    public async Task What_only_looks_like_an_allowed_origin_is_not_allowed(string origin)
    {
        await using var server = await LiveServer.StartAsync(config: Two);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Options })
        {
            using var answer = await SendAsync(server, method, "/healthz", origin, ("Access-Control-Request-Method", "GET"));
            Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
            // A cache may not give this answer to an origin that is allowed.
            Assert.Equal("Origin", Text(answer, "Vary"));
        }
    }

    [Fact]
    public async Task A_request_from_no_origin_says_that_origins_make_a_difference()
    {
        await using var server = await LiveServer.StartAsync(config: Two);
        using var answer = await SendAsync(server, HttpMethod.Get, "/healthz", null);
        Assert.Equal("Origin", Text(answer, "Vary"));
        Assert.Null(Text(answer, "Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Any_origin_may_be_allowed_and_then_without_cookies()
    {
        await using var server = await LiveServer.StartAsync(config: "security:\n  cors:\n    allowed_origins: ['*']\n");
        using var answer = await SendAsync(server, HttpMethod.Get, "/healthz", "https://anybody.example");
        Assert.Equal(("*", null, null), (Text(answer, "Access-Control-Allow-Origin"), Text(answer, "Access-Control-Allow-Credentials"), Text(answer, "Vary")));
    }

    [Fact]
    public async Task Without_configuration_no_other_origin_reads_anything()
    {
        await using var server = await LiveServer.StartAsync();
        using var read = await SendAsync(server, HttpMethod.Get, "/healthz", App);
        using var asked = await SendAsync(server, HttpMethod.Options, "/api/v1/auth/login", App, ("Access-Control-Request-Method", "POST"));
        Assert.Equal((200, 405), ((int)read.StatusCode, (int)asked.StatusCode));
        Assert.All([read, asked], answer => Assert.DoesNotContain(answer.Headers, h => h.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Who_may_read_may_not_write_for_that()
    {
        await using var server = await LiveServer.StartAsync(config: Two);
        using var answer = await SendAsync(server, HttpMethod.Post, "/api/v1/auth/login", App);
        Assert.Equal((403, App), ((int)answer.StatusCode, Text(answer, "Access-Control-Allow-Origin")));
        Assert.Contains("origin_refused", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(LiveServer server, HttpMethod method, string path, string? origin, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in origin is null ? headers : [("Origin", origin), .. headers])
            request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request, Cancel);
    }

    private static string? Text(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static IEnumerable<string> Words(HttpResponseMessage answer, string name) => Text(answer, name)!.Split(',', StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal);
}
