using System.Text.Json;

namespace AICodeManager.Tests.FrontDoor.Csrf;

/// <summary>Where tokens come from: <c>GET /api/v1/csrf</c>.</summary>
public sealed class CsrfEndpointTests(CsrfServer csrf) : IClassFixture<CsrfServer>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_token_comes_in_body_header_and_a_cookie_that_scripts_read(bool signedIn)
    {
        using var page = signedIn ? await csrf.SignedInAsync() : csrf.NewPage();
        using var answer = await page.SendAsync("GET", "/api/v1/csrf");
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        var token = body.GetProperty("csrf_token").GetString()!;
        Assert.Equal(csrf.Clock.UtcNow + TimeSpan.FromHours(24), body.GetProperty("expires_at").GetDateTimeOffset());
        Assert.Equal([token], answer.Headers.GetValues("X-CSRF-Token"));
        Assert.Contains($"_csrf={token}; max-age=86400; path=/; secure; samesite=strict", page.SetCookies);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        // Only a browser without a session is marked, and no script sees it.
        var mark = page.SetCookies.SingleOrDefault(c => c.StartsWith(CsrfServer.Mark, StringComparison.Ordinal));
        Assert.Equal(!signedIn, mark?.EndsWith("; max-age=86400; path=/; secure; samesite=strict; httponly", StringComparison.Ordinal) ?? false);
    }

    [Fact]
    public async Task Two_answers_never_show_the_same_token()
    {
        using var page = await csrf.SignedInAsync();
        var first = page.Csrf;
        await page.AskForTokenAsync();
        Assert.NotEqual(first, page.Csrf);
    }

    [Fact]
    public async Task Who_comes_with_a_bearer_token_needs_none_and_gets_the_browsers()
    {
        var client = csrf.Server.Anonymous();
        await client.SignInAsync(CsrfServer.Email, Fixtures.LiveServer.Password);
        using var answer = await client.Http.GetAsync("/api/v1/csrf", Cancel);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), c => c.StartsWith(CsrfServer.Mark, StringComparison.Ordinal));
    }
}
