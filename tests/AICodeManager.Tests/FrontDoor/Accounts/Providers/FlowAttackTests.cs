using AICodeManager.Server.FrontDoor.Accounts.Providers;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>What goes through the browser, replayed, carried to other browsers, mixed up and bent.</summary>
public sealed class FlowAttackTests(AuthorizationServer real, SharedProviderServer shared) : IClassFixture<SharedProviderServer>
{
    [Fact]
    public async Task A_callback_works_once()
    {
        await using var server = await ProviderServer.StartAsync(real);
        using var browser = server.NewBrowser();
        var callback = await browser.AtProviderAsync(await browser.BeginAsync("corp"), Person.New());
        Assert.Equal(200, (await browser.OpenAsync(callback)).Status);

        var replay = await browser.OpenAsync(callback);
        Assert.Equal((400, "oauth_state_invalid"), (replay.Status, replay.Code));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_callback_that_another_browser_began_signs_nobody_in(bool victimHasACookie)
    {
        var server = shared.Server;
        using var attacker = server.NewBrowser();
        using var victim = server.NewBrowser();
        if (victimHasACookie)
        {
            await victim.BeginAsync(CrookedProvider.Name);
        }

        var callback = server.Crooked.Approve(await attacker.BeginAsync(CrookedProvider.Name));
        var reply = await victim.OpenAsync(callback);

        Assert.Equal((400, "oauth_state_invalid"), (reply.Status, reply.Code));
        Assert.DoesNotContain(Browser.SessionCookie, victim.Cookies.Keys);
        Assert.Contains("another browser", (await server.LastEventAsync("oauth_failed")).Details.GetProperty("why").GetString(), StringComparison.Ordinal);
        // And it is spent, for the attacker too.
        Assert.Equal("oauth_state_invalid", (await attacker.OpenAsync(callback)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_cookie_that_was_made_up_does_not_fit(string value)
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var callback = server.Crooked.Approve(await browser.BeginAsync(CrookedProvider.Name));
        browser.Cookies[Browser.BindingCookie] = value;
        Assert.Equal("oauth_state_invalid", (await browser.OpenAsync(callback)).Code);
    }

    [Fact]
    public async Task An_answer_of_one_provider_is_not_taken_at_anothers_callback()
    {
        await using var server = await ProviderServer.StartAsync(real);
        using var browser = server.NewBrowser();
        var callback = await browser.AtProviderAsync(await browser.BeginAsync("corp"), Person.New());
        var reply = await browser.OpenAsync(callback.Replace("/corp", "/lab", StringComparison.Ordinal));
        Assert.Equal((400, "oauth_state_invalid"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("another provider's")]
    [InlineData("with a slash")]
    public async Task An_issuer_that_is_announced_must_be_there_and_the_right_one(string how)
    {
        await using var server = await ProviderServer.StartAsync(real);
        using var browser = server.NewBrowser();
        var callback = await browser.AtProviderAsync(await browser.BeginAsync("corp"), Person.New());
        var (honest, other) = (Uri.EscapeDataString(await real.IssuerAsync("corp")), Uri.EscapeDataString(await real.IssuerAsync("lab")));
        Assert.Contains($"iss={honest}", callback, StringComparison.Ordinal);
        var bent = how switch
        {
            "missing" => callback.Replace($"iss={honest}", "x=y", StringComparison.Ordinal),
            "another provider's" => callback.Replace(honest, other, StringComparison.Ordinal),
            _ => callback.Replace(honest, honest + "%2F", StringComparison.Ordinal),
        };

        var reply = await browser.OpenAsync(bent);
        Assert.Equal((400, "oauth_issuer_mismatch"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task An_issuer_that_was_not_announced_is_compared_all_the_same()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var wrong = await server.SignInCrookedlyAsync(browser, "&iss=https%3A%2F%2Fother.example");
        var right = await server.SignInCrookedlyAsync(browser, $"&iss={Uri.EscapeDataString(server.Crooked.Issuer)}");
        Assert.Equal(("oauth_issuer_mismatch", 200), (wrong.Code, right.Status));
    }

    [Fact]
    public async Task A_code_of_another_flow_fails_at_the_provider_for_want_of_its_verifier()
    {
        await using var server = await ProviderServer.StartAsync(real);
        using var attacker = server.NewBrowser();
        using var victim = server.NewBrowser();
        var stolen = CodeIn(await victim.AtProviderAsync(await victim.BeginAsync("corp"), Person.New()));
        var own = await attacker.AtProviderAsync(await attacker.BeginAsync("corp"), Person.New());

        var reply = await attacker.OpenAsync(own.Replace(CodeIn(own), stolen, StringComparison.Ordinal));

        Assert.Equal((502, "oauth_provider_invalid"), (reply.Status, reply.Code));
        Assert.Contains("invalid_grant", (await server.LastEventAsync("oauth_failed")).Details.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Null(await attacker.WhoAmIAsync());
    }

    [Fact]
    public async Task A_state_is_good_for_ten_minutes()
    {
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        await using var server = await ProviderServer.StartAsync(real: null, clock);
        using var browser = server.NewBrowser();
        var callback = server.Crooked.Approve(await browser.BeginAsync(CrookedProvider.Name));
        clock.Advance(TimeSpan.FromMinutes(10));
        var reply = await browser.OpenAsync(callback);
        Assert.Equal((400, "oauth_state_invalid"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?code=abc")]
    [InlineData("?state=STATE")]
    [InlineData("?state=STATE&code=")]
    [InlineData("?state=STATE&code=a&error=access_denied")]
    [InlineData("?state=STATE&code=a&code=b")]
    [InlineData("?state=STATE&state=STATE&code=a")]
    [InlineData("?state=STATE&code=a&iss=b&iss=c")]
    [InlineData("?state=short&code=a")]
    [InlineData("?state=../../../../../../../../../../etc/passwd%01aaaa&code=a")]
    [InlineData("?state=STATE&code=%01")]
    [InlineData("?state=STATE&code=LONG")]
    [InlineData("?state=LONG&code=a")]
    [InlineData("?state=STATE&code=a&iss=LONG")]
    [InlineData("?state=STATE&error=LONG")]
    public async Task A_bent_callback_is_refused_by_name(string query)
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var reply = await browser.OpenAsync("/auth/callback/crooked" + query
            .Replace("STATE", new string('A', 43), StringComparison.Ordinal).Replace("LONG", new string('a', 6000), StringComparison.Ordinal));
        Assert.Equal((400, "oauth_response_invalid"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("access_denied", 403, "oauth_denied", null)]
    [InlineData("server_error", 502, "oauth_provider_error", "server_error")]
    [InlineData("%3Cem%3Eno%3C/em%3E%0A", 502, "oauth_provider_error", "(unreadable)")]
    public async Task An_error_of_the_provider_ends_the_flow(string error, int status, string code, string? why)
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var callback = server.Crooked.Approve(await browser.BeginAsync(CrookedProvider.Name));
        var bent = $"/auth/callback/crooked?error={error}&error_description=x&state={StateIn(callback)}";
        var reply = await browser.OpenAsync(bent, "text/html");

        Assert.Equal(status, reply.Status);
        Assert.Contains(code, reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", reply.Text, StringComparison.Ordinal);
        Assert.Contains(why ?? "", (await server.LastEventAsync("oauth_failed")).Details.GetProperty("why").GetString() ?? "", StringComparison.Ordinal);
        Assert.Equal("oauth_state_invalid", (await browser.OpenAsync(callback)).Code);
    }

    [Fact]
    public async Task A_parameter_longer_than_a_request_may_be_is_no_fault_of_the_server()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        Assert.Equal("query_too_large", (await browser.OpenAsync("/auth/callback/crooked?code=a&state=" + new string('a', 10_000))).Code);
        Assert.Equal(414, (await browser.OpenAsync("/auth/callback/crooked?code=a&state=" + new string('a', 20_000))).Status);
    }

    [Fact]
    public async Task A_provider_that_hangs_is_given_up()
    {
        await using var server = await ProviderServer.StartAsync(
            real: null, limits: BackChannelLimits.Default with { Patience = TimeSpan.FromMilliseconds(500) });
        using var browser = server.NewBrowser();
        server.Crooked.Token = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var reply = await server.SignInCrookedlyAsync(browser);
        Assert.Equal((503, "oauth_provider_unavailable"), (reply.Status, reply.Code));
        Assert.NotEmpty(reply.Headers.GetValues("Retry-After"));
    }

    private static string CodeIn(string callback) => callback.Split("code=")[1].Split('&')[0];

    private static string StateIn(string callback) => callback.Split("state=")[1].Split('&')[0];
}
