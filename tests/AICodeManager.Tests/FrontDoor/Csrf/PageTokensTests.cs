using AICodeManager.Server.FrontDoor.Csrf;
using AICodeManager.Server.FrontDoor.Csrf.Proof;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.FrontDoor.Csrf;

/// <summary>What a token is bound to, and what becomes of it when the secret is changed.</summary>
public sealed class PageTokensTests
{
    private static readonly Guid Session = Guid.NewGuid(), OtherSession = Guid.NewGuid();
    private readonly FakeClock clock = new();
    private readonly Secret secret = SecretsFolder.NewSecret();

    [Fact]
    public void A_sessions_token_is_good_in_that_session_only()
    {
        var tokens = Of(secret);
        var token = tokens.ForSession(Session);
        Assert.Equal(CsrfReading.Valid, tokens.Read(Request(), token, Session, alsoOfBrowser: false));
        Assert.Equal(CsrfReading.Forged, tokens.Read(Request(), token, OtherSession, alsoOfBrowser: false));
        Assert.Equal(CsrfReading.Forged, tokens.Read(Request("A"), token, OtherSession, alsoOfBrowser: true));
        Assert.Equal(CsrfReading.Forged, tokens.Read(Request(), token, null, alsoOfBrowser: true));
    }

    [Fact]
    public void A_browsers_token_is_good_in_that_browser_and_not_for_what_a_session_may()
    {
        var tokens = Of(secret);
        var (token, mark) = ForBrowser(tokens);
        Assert.Equal(CsrfReading.Valid, tokens.Read(Marked(mark), token, null, alsoOfBrowser: true));
        Assert.Equal(CsrfReading.Valid, tokens.Read(Marked(mark), token, Session, alsoOfBrowser: true));
        Assert.Equal(CsrfReading.Forged, tokens.Read(Marked(mark), token, Session, alsoOfBrowser: false));
        Assert.Equal(CsrfReading.Forged, tokens.Read(Marked(ForBrowser(tokens).Mark), token, null, alsoOfBrowser: true));
        Assert.Equal(CsrfReading.Forged, tokens.Read(Request(), token, null, alsoOfBrowser: true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_mark_that_is_not_ours_is_replaced(string planted)
    {
        var context = new DefaultHttpContext { Request = { Headers = { Cookie = $"__Host-aicli_pre={planted}" } } };
        Of(secret).ForBrowser(context);
        var set = Assert.Single(context.Response.Headers.SetCookie)!;
        Assert.Matches("^__Host-aicli_pre=[A-Za-z0-9_-]{43}; max-age=86400; path=/; secure; samesite=strict; httponly$", set);
    }

    [Fact]
    public void A_mark_stays_so_that_other_tabs_keep_their_tokens()
    {
        var tokens = Of(secret);
        var (first, mark) = ForBrowser(tokens);
        var again = new DefaultHttpContext { Request = { Headers = { Cookie = $"__Host-aicli_pre={mark}" } } };
        Assert.NotEqual(first, tokens.ForBrowser(again));
        Assert.Equal(CsrfReading.Valid, tokens.Read(again.Request, first, null, alsoOfBrowser: true));
    }

    [Fact]
    public void A_changed_secret_drops_no_token_while_the_old_one_is_kept_beside_it()
    {
        var token = Of(secret).ForSession(Session);
        var next = SecretsFolder.NewSecret();
        var both = Of(next, secret);
        Assert.Equal(CsrfReading.Valid, both.Read(Request(), token, Session, alsoOfBrowser: false));
        Assert.Equal(CsrfReading.Valid, Of(next).Read(Request(), both.ForSession(Session), Session, alsoOfBrowser: false));
        Assert.Equal(CsrfReading.Forged, Of(next).Read(Request(), token, Session, alsoOfBrowser: false));
    }

    [Fact]
    public void It_ends_after_its_lifetime_and_says_so()
    {
        var tokens = Of(secret);
        var token = tokens.ForSession(Session);
        Assert.Equal(clock.UtcNow + TimeSpan.FromHours(24), tokens.EndsAt());
        clock.Advance(TimeSpan.FromHours(24) + TimeSpan.FromMilliseconds(1));
        Assert.Equal(CsrfReading.Expired, tokens.Read(Request(), token, Session, alsoOfBrowser: false));
        Assert.Equal(CsrfReading.Expired, tokens.Read(Request(), token, Session, alsoOfBrowser: true));
        Assert.Equal(CsrfReading.Missing, tokens.Read(Request(), "", Session, alsoOfBrowser: true));
        Assert.Equal(CsrfReading.Missing, tokens.Read(Request(), "", null, alsoOfBrowser: true));
    }

    private static (string Token, string Mark) ForBrowser(PageTokens tokens)
    {
        var context = new DefaultHttpContext();
        var token = tokens.ForBrowser(context);
        return (token, context.Response.Headers.SetCookie[0]!.Split('=', ';')[1]);
    }

    private static HttpRequest Request(string? mark = null) => Marked(mark);

    private static HttpRequest Marked(string? mark)
    {
        var request = new DefaultHttpContext().Request;
        if (mark is not null)
            request.Headers.Cookie = $"__Host-aicli_pre={mark}";
        return request;
    }

    private PageTokens Of(Secret current, params Secret[] previous)
    {
        var settings = new CsrfSettings
        {
            SecretKey = current, PreviousSecretKeys = previous, TokenLifetime = TimeSpan.FromHours(24), SecureCookie = true, SameSite = "strict",
            TrustedOrigins = [],
        };
        return new PageTokens(settings, new BrowserMark(settings), clock);
    }
}
