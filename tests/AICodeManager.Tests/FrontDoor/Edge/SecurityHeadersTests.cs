using AICodeManager.Server.FrontDoor.Access;
using AICodeManager.Server.FrontDoor.Edge;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace AICodeManager.Tests.FrontDoor.Edge;

/// <summary>The two recipes (spec A3, C16).</summary>
public sealed class SecurityHeadersTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static readonly HeaderSettings Settings = new()
    {
        HstsMaxAge = TimeSpan.FromDays(365), HstsIncludeSubdomains = true, FrameOptions = "DENY", ContentTypeNosniff = true, XssProtection = "1; mode=block",
        Csp = "default-src 'self'; script-src 'self' 'unsafe-inline'", ReferrerPolicy = "same-origin",
    };

    [Fact]
    public async Task Answers_of_the_api_are_data_whatever_they_say()
    {
        await using var server = await LiveServer.StartAsync(routes: Pages);
        using var http = new HttpClient { BaseAddress = server.Address };
        foreach (var (path, status) in new[] { ("/healthz", 200), ("/api/v1/auth/me", 401), ("/nothing", 404), ("/api/v1/auth/login", 405), ("/fault", 500) })
        {
            using var answer = await http.GetAsync(path, Cancel);
            Assert.Equal(
                (status, "default-src 'none'; frame-ancestors 'none'", "nosniff", "DENY", "0", "no-referrer", "same-origin"),
                ((int)answer.StatusCode, Text(answer, "Content-Security-Policy"), Text(answer, "X-Content-Type-Options"), Text(answer, "X-Frame-Options"),
                    Text(answer, "X-XSS-Protection"), Text(answer, "Referrer-Policy"), Text(answer, "Cross-Origin-Resource-Policy")));
            Assert.Equal(("no-store", null, null), (Text(answer, "Cache-Control"), Text(answer, "Strict-Transport-Security"), Text(answer, "Server")));
        }
    }

    [Fact]
    public async Task A_page_takes_the_other_recipe_and_a_refusal_before_it_does_not()
    {
        await using var server = await LiveServer.StartAsync(routes: Pages);
        using var http = new HttpClient { BaseAddress = server.Address };
        using var page = await http.GetAsync("/page", Cancel);
        Assert.Equal(
            ("default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'", "nosniff", "DENY", "0", "strict-origin-when-cross-origin", "same-origin", "same-origin"),
            (Text(page, "Content-Security-Policy"), Text(page, "X-Content-Type-Options"), Text(page, "X-Frame-Options"), Text(page, "X-XSS-Protection"),
                Text(page, "Referrer-Policy"), Text(page, "Cross-Origin-Resource-Policy"), Text(page, "Cross-Origin-Opener-Policy")));
        Assert.All(["camera=()", "microphone=()", "geolocation=()"], denied => Assert.Contains(denied, Text(page, "Permissions-Policy"), StringComparison.Ordinal));
        using var refused = await http.GetAsync("/closed", Cancel);
        Assert.Equal((401, "default-src 'none'; frame-ancestors 'none'"), ((int)refused.StatusCode, Text(refused, "Content-Security-Policy")));
    }

    [Theory]
    [InlineData("https", 31536000, true, "max-age=31536000; includeSubDomains")]
    [InlineData("https", 600, false, "max-age=600")]
    [InlineData("https", 0, true, null)]
    [InlineData("http", 31536000, true, null)]
    public void Browsers_are_told_to_insist_on_tls_over_tls_only(string scheme, int seconds, bool subdomains, string? expected)
    {
        var context = new DefaultHttpContext { Request = { Scheme = scheme } };
        new SecurityHeaders(Settings with { HstsMaxAge = TimeSpan.FromSeconds(seconds), HstsIncludeSubdomains = subdomains }).Apply(context);
        Assert.Equal(expected, (string?)context.Response.Headers.StrictTransportSecurity);
    }

    [Fact]
    public void The_old_filter_is_off_whatever_is_configured()
    {
        var context = new DefaultHttpContext();
        var headers = new SecurityHeaders(Settings with { ContentTypeNosniff = false, FrameOptions = "SAMEORIGIN" });
        headers.Apply(context);
        Assert.Equal(("0", "nosniff", "DENY"), Three(context));
        headers.ApplyPage(context);
        Assert.Equal(("0", "", "SAMEORIGIN"), Three(context));
        Assert.Contains("frame-ancestors 'self'", context.Response.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'", "default-src 'self'; script-src 'self'; style-src 'self'; +")]
    [InlineData("script-src 'UNSAFE-INLINE' 'unsafe-eval'", "script-src 'none'; +")]
    [InlineData("DEFAULT-SRC 'self'; default-src *", "default-src 'self'; +")]
    [InlineData(" ; ;upgrade-insecure-requests;", "upgrade-insecure-requests; +")]
    [InlineData("object-src 'self'; base-uri 'self'; form-action https://a.example; frame-ancestors https://b.example",
        "object-src 'self'; base-uri 'self'; form-action https://a.example; frame-ancestors https://b.example")]
    [InlineData("script-src 'sha256-AAAA' 'strict-dynamic'", "script-src 'sha256-AAAA' 'strict-dynamic'; +")]
    public void The_configured_policy_loses_what_lets_injected_code_run_and_gains_what_it_forgot(string configured, string sent) =>
        Assert.Equal(
            sent.Replace("+", "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'", StringComparison.Ordinal),
            new ContentPolicy(configured, "DENY").Text);

    [Theory]
    [InlineData("default-src 'self'", "script-src 'self' 'nonce-N'; style-src 'self' 'nonce-N'")]
    [InlineData("default-src 'none'", "script-src 'nonce-N'; style-src 'nonce-N'")]
    [InlineData("script-src https://cdn.example; style-src 'none'", "script-src https://cdn.example 'nonce-N'; style-src 'nonce-N'")]
    public void A_nonce_is_added_to_what_scripts_and_styles_may_do_already(string configured, string part)
    {
        var sent = new ContentPolicy(configured, "DENY").With("N");
        Assert.All(part.Split("; "), directive => Assert.Contains($"; {directive};", $"; {sent};", StringComparison.Ordinal));
    }

    [Fact]
    public void No_two_answers_have_the_same_nonce()
    {
        var headers = new SecurityHeaders(Settings);
        var (one, two) = (new DefaultHttpContext(), new DefaultHttpContext());
        var nonce = headers.Nonce(one);
        Assert.NotEqual(nonce, headers.Nonce(two));
        Assert.Equal(16, Convert.FromBase64String(nonce).Length);
        Assert.Contains($"script-src 'self' 'nonce-{nonce}'", one.Response.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
    }

    private static void Pages(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/page", () => TypedResults.Content("<!doctype html>", "text/html")).OpenToAll().IsPage();
        routes.MapGet("/closed", () => TypedResults.Content("<!doctype html>", "text/html")).NeedsSignIn().IsPage();
        routes.MapGet("/fault", IResult () => throw new InvalidOperationException("a test's")).OpenToAll();
    }

    private static (string, string, string) Three(HttpContext context) => (
        context.Response.Headers.XXSSProtection.ToString(), context.Response.Headers.XContentTypeOptions.ToString(), context.Response.Headers.XFrameOptions.ToString());

    private static string? Text(HttpResponseMessage answer, string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
