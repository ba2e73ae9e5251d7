using AICodeManager.Server.FrontDoor.Csrf.Proof;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.FrontDoor.Csrf.Proof;

/// <summary>Whose page a request comes from (spec C2).</summary>
public sealed class OriginRulesTests
{
    private static readonly WebOrigin Self = WebOrigin.Read("https://example.com")!.Value;
    private static readonly OriginRules Rules = new([], []);
    private static readonly OriginRules Trusting = new([], [WebOrigin.Read("https://trusted.example")!.Value]);

    [Fact]
    public void Every_decision_of_gos_standard_library_is_ours()
    {
        // Where nothing is said at all, Go lets pass for clients that are no browsers; here that is the caller's to say.
        Assert.All(OriginFacts.Writing, fact => Assert.Equal(fact.Passes, Judge(Rules, fact) != OriginStanding.Foreign));
        Assert.All(OriginFacts.Trusting, fact => Assert.Equal(fact.Passes, Judge(Trusting, fact) != OriginStanding.Foreign));
        Assert.All(OriginFacts.Texts, fact => Assert.Equal(fact.IsOrigin, WebOrigin.Read(fact.Text) is not null));
    }

    [Theory]
    [InlineData("https://example.com.evil.example")]
    [InlineData("https://evilexample.com")]
    [InlineData("https://example.co")]
    [InlineData("https://www.example.com")]
    [InlineData("https://example.com.")]
    [InlineData("https://example.com@evil.example")]
    [InlineData("https://user@example.com")]
    [InlineData("https://user:pass@example.com")]
    [InlineData("https://example.com:444")]
    [InlineData("https://example.com:80")]
    [InlineData("https://example.com:")]
    [InlineData("https://example.com:0443")]
    [InlineData("https://example.com:443:443")]
    [InlineData("https://example.com:+443")]
    [InlineData("https://example.com:99999999999999999999")]
    [InlineData("http://example.com")]
    [InlineData("http://example.com:443")]
    [InlineData("ws://example.com")]
    [InlineData("https:example.com")]
    [InlineData("https:/example.com")]
    [InlineData("https:///example.com")]
    [InlineData("https:\\\\example.com")]
    [InlineData("https://evil.example\\@example.com")]
    [InlineData("https://example.com/")]
    [InlineData("https://example.com#")]
    [InlineData("https://example.com\t")]
    [InlineData(" https://example.com")]
    [InlineData("https://example.com,https://example.com")]
    [InlineData("https://example.com, https://evil.example")]
    [InlineData("https://exаmple.com")]
    [InlineData("https://example。com")]
    [InlineData("https://%65xample.com")]
    [InlineData("https://[::1]")]
    [InlineData("null")]
    [InlineData("NULL")]
    [InlineData("")]
    [InlineData("*")]
    public void What_only_looks_like_our_origin_is_foreign(string origin)
    {
        Assert.Equal(OriginStanding.Foreign, Rules.Judge(new(null, origin, null), Self));
        Assert.Equal(OriginStanding.Foreign, Rules.Judge(new("same-origin", origin, null), Self));
        Assert.Equal(OriginStanding.Foreign, Rules.Judge(new("none", origin, "https://example.com/page"), Self));
        Assert.Equal(OriginStanding.Foreign, new OriginRules([Self], [Self]).Judge(new(null, origin, null), Self));
    }

    [Theory]
    [InlineData("https://example.com", "https://example.com")]
    [InlineData("https://example.com:443", "https://example.com")]
    [InlineData("https://EXAMPLE.com", "https://example.com")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://localhost", "http://localhost:80")]
    [InlineData("http://[::1]:8080", "http://[::1]:8080")]
    public void The_same_scheme_host_and_port_are_exact(string origin, string self) =>
        Assert.Equal(OriginStanding.Exact, Rules.Judge(new("same-origin", origin, null), WebOrigin.Read(self)));

    [Theory]
    [InlineData(null, "https://example.com/a?b#c", OriginStanding.Exact)]
    [InlineData("same-origin", "https://example.com", OriginStanding.Exact)]
    [InlineData(null, "https://example.com@evil.example/", OriginStanding.Foreign)]
    [InlineData(null, "https://example.com\\@evil.example/", OriginStanding.Foreign)]
    [InlineData(null, "https://example.com.evil.example/", OriginStanding.Foreign)]
    [InlineData(null, "https://evil.example/https://example.com/", OriginStanding.Foreign)]
    [InlineData(null, "https://evil.example?https://example.com/", OriginStanding.Foreign)]
    [InlineData(null, "about:client", OriginStanding.Foreign)]
    [InlineData(null, "", OriginStanding.Foreign)]
    [InlineData("cross-site", "https://example.com/", OriginStanding.Foreign)]
    [InlineData("same-site", "https://example.com/", OriginStanding.Foreign)]
    [InlineData("Same-Origin", "https://example.com/", OriginStanding.Foreign)]
    public void Referer_counts_where_there_is_no_origin_and_the_browser_does_not_contradict(
        string? site, string referer, OriginStanding expected) =>
        Assert.Equal(expected, Rules.Judge(new(site, null, referer), Self));

    [Theory]
    [InlineData(null, OriginStanding.Unknown)]
    [InlineData("same-origin", OriginStanding.Attested)]
    [InlineData("none", OriginStanding.Attested)]
    [InlineData("same-site", OriginStanding.Foreign)]
    [InlineData("cross-site", OriginStanding.Foreign)]
    [InlineData("", OriginStanding.Foreign)]
    [InlineData("none,none", OriginStanding.Foreign)]
    public void Without_any_address_only_the_browser_can_tell(string? site, OriginStanding expected) =>
        Assert.Equal(expected, Rules.Judge(new(site, null, null), Self));

    [Fact]
    public void Our_own_origin_from_another_site_contradicts_itself() =>
        Assert.Equal(OriginStanding.Foreign, Rules.Judge(new("cross-site", "https://example.com", null), Self));

    [Fact]
    public void Where_origins_are_named_the_address_of_the_request_is_none()
    {
        var rules = new OriginRules([WebOrigin.Read("https://app.example.com")!.Value], []);
        Assert.Equal(OriginStanding.Exact, rules.Judge(new("same-origin", "https://app.example.com", null), Self));
        Assert.Equal(OriginStanding.Foreign, rules.Judge(new("same-origin", "https://example.com", null), Self));
    }

    [Fact]
    public void A_header_that_was_sent_twice_is_no_origin()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Origin = new(["https://example.com", "https://example.com"]);
        Assert.Equal(OriginStanding.Foreign, Rules.Judge(OriginEvidence.Of(context.Request), Self));
    }

    private static OriginStanding Judge(OriginRules rules, OriginFacts.Fact fact) => rules.Judge(new(fact.SecFetchSite, fact.Origin, null), Self);
}
