using System.Text.RegularExpressions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Keeping.Vault;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>The whole way against real OpenID providers by others.</summary>
public sealed class SignInFlowTests(AuthorizationServer real, SharedProviderServer shared) : IClassFixture<SharedProviderServer>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("corp")]
    [InlineData("lab")]
    public async Task Somebody_new_gets_an_account_and_a_session(string provider)
    {
        await using var server = await ProviderServer.StartAsync(real);
        using var browser = server.NewBrowser();
        var person = Person.New();

        var reply = await browser.SignInAsync(provider, person, "/tasks?view=mine&page=2");

        Assert.Equal((200, "text/html"), (reply.Status, reply.ContentType));
        Assert.Contains("<meta http-equiv=\"refresh\" content=\"0;url=/tasks?view=mine&amp;page=2\">", reply.Text, StringComparison.Ordinal);
        Assert.Contains("no-store", reply.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        Assert.Contains(reply.SetCookies, c => c.StartsWith(Browser.SessionCookie, StringComparison.Ordinal) && c.Contains("samesite=strict", StringComparison.OrdinalIgnoreCase));

        var me = (await browser.WhoAmIAsync())!.Value;
        Assert.Equal((person.Email, "Kim Minji", "user"), (me.GetProperty("email").GetString(), me.GetProperty("name").GetString(), me.GetProperty("role").GetString()));
        Assert.Equal($"oauth:{provider}", (await server.LastEventAsync("user_created")).Details.GetProperty("method").GetString());
        Assert.Equal($"oauth:{provider}", (await server.LastEventAsync("login")).Details.GetProperty("method").GetString());
    }

    [Fact]
    public async Task The_same_person_comes_back_to_the_same_account_whatever_their_address_is_now()
    {
        await using var server = await ProviderServer.StartAsync(real);
        var person = Person.New();
        using var first = server.NewBrowser();
        await first.SignInAsync("corp", person);
        using var second = server.NewBrowser();
        var reply = await second.SignInAsync("corp", person with { Email = "moved@example.com", EmailVerified = false });

        Assert.Equal(200, reply.Status);
        Assert.Equal((await first.WhoAmIAsync())!.Value.GetProperty("id").GetString(), (await second.WhoAmIAsync())!.Value.GetProperty("id").GetString());
        Assert.Equal(1, await server.CountAsync("SELECT COUNT(*) FROM users"));
    }

    [Fact]
    public async Task The_providers_tokens_lie_sealed()
    {
        await using var server = await ProviderServer.StartAsync(real: null);
        using var browser = server.NewBrowser();
        await server.SignInCrookedlyAsync(browser);

        var kept = await server.Live.Database.ReadAsync(r => r.ScalarAsync<string>("SELECT tokens FROM external_logins"), Cancel);
        Assert.StartsWith("v2.1.", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Crooked.Person.Sub, kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Older_tokens_of_a_provider_that_are_put_back_do_not_open()
    {
        await using var server = await ProviderServer.StartAsync(real: null);
        using var browser = server.NewBrowser();
        await server.SignInCrookedlyAsync(browser);
        var old = await server.Live.Database.ReadAsync(r => r.ScalarAsync<string>("SELECT tokens FROM external_logins"), Cancel);
        using var again = server.NewBrowser();
        await server.SignInCrookedlyAsync(again);
        var verification = server.Live.Services.GetRequiredService<VaultVerification>();
        Assert.Empty((await verification.RunAsync(null, Cancel)).Faults);

        await server.Live.Database.WriteAsync(t => t.ExecuteAsync("UPDATE external_logins SET tokens = @old", new { old }), Cancel);
        Assert.Equal("external_logins.tokens", Assert.Single((await verification.RunAsync(null, Cancel)).Faults).Field);
    }

    [Fact]
    public async Task The_browser_carries_a_state_a_challenge_and_no_secret()
    {
        await using var server = await ProviderServer.StartAsync(real);
        using var browser = server.NewBrowser();
        var reply = await browser.OpenAsync("/auth/oauth/corp?return_to=/tasks");
        var query = QueryHelpers.ParseQuery(reply.Location.Query).ToDictionary(p => p.Key, p => p.Value.Single());

        Assert.Equal(302, reply.Status);
        Assert.StartsWith(await real.IssuerAsync("corp"), reply.Location.AbsoluteUri, StringComparison.Ordinal);
        Assert.Equal(
            ["client_id", "code_challenge", "code_challenge_method", "nonce", "redirect_uri", "response_type", "scope", "state"], query.Keys.Order());
        Assert.Equal(("code", "aicli-corp", "S256", "openid profile email"), (query["response_type"], query["client_id"], query["code_challenge_method"], query["scope"]));
        Assert.Equal("https://aicli.example.test/auth/callback/corp", query["redirect_uri"]);
        Assert.All([query["state"], query["nonce"], query["code_challenge"]], value => Assert.Matches("^[A-Za-z0-9_-]{43}$", value));
        var cookie = Assert.Single(reply.SetCookies);
        Assert.Matches(
            new Regex($"^{Browser.BindingCookie}=[A-Za-z0-9_-]{{43}}; max-age=600; path=/; secure; samesite=lax; httponly$", RegexOptions.IgnoreCase), cookie);
    }

    [Fact]
    public async Task Without_a_configured_address_the_callback_is_of_the_requests_own_origin()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var query = QueryHelpers.ParseQuery((await browser.BeginAsync(CrookedProvider.Name)).Query);
        Assert.Equal(new Uri(server.Live.Address, "/auth/callback/crooked").AbsoluteUri, query["redirect_uri"]);
    }

    [Fact]
    public async Task A_sign_in_page_can_list_the_providers()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var list = (await browser.OpenAsync("/api/v1/auth/providers")).Json.GetProperty("items").EnumerateArray()
            .Select(p => $"{p.GetProperty("name")}|{p.GetProperty("display_name")}|{p.GetProperty("start")}");
        Assert.Equal(["github|GitHub|/auth/oauth/github", "crooked|The crooked|/auth/oauth/crooked"], list);
    }

    [Fact]
    public async Task Two_tabs_may_be_on_their_way_at_once()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var (first, second) = (server.Crooked.Approve(await browser.BeginAsync(CrookedProvider.Name)), server.Crooked.Approve(await browser.BeginAsync(CrookedProvider.Name)));
        Assert.Equal(200, (await browser.OpenAsync(first)).Status);
        Assert.Equal(200, (await browser.OpenAsync(second)).Status);
    }

    [Fact]
    public async Task An_address_that_the_provider_has_not_verified_makes_no_account()
    {
        await using var server = await ProviderServer.StartAsync(real);
        using var browser = server.NewBrowser();
        var reply = await browser.SignInAsync("corp", Person.New() with { EmailVerified = false });

        Assert.Equal((403, "email_not_verified"), (reply.Status, reply.Code));
        Assert.Equal(0, await server.CountAsync("SELECT COUNT(*) FROM users"));
    }

    [Fact]
    public async Task An_address_that_has_an_account_never_joins_it()
    {
        await using var server = await ProviderServer.StartAsync(real);
        var owner = await server.Live.SignUpAsync();
        var email = (await owner.GetAsync("auth/me")).GetProperty("email").GetString()!;
        using var browser = server.NewBrowser();
        var reply = await browser.SignInAsync("corp", Person.New(email.ToUpperInvariant()));

        Assert.Equal((409, "account_link_required"), (reply.Status, reply.Code));
        Assert.Null(await browser.WhoAmIAsync());
        Assert.Equal((1, 0), (await server.CountAsync("SELECT COUNT(*) FROM users"), await server.CountAsync("SELECT COUNT(*) FROM external_logins")));
        Assert.Equal("account_link_required", (await server.LastEventAsync("oauth_failed")).Reason);
    }

    [Fact]
    public async Task A_disabled_account_stays_closed()
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        await server.SignInCrookedlyAsync(browser);
        var id = Guid.Parse((await browser.WhoAmIAsync())!.Value.GetProperty("id").GetString()!);
        await server.Live.Services.GetRequiredService<StandingStore>().ChangeAsync(
            id, endSessions: true, t => t.ExecuteAsync("UPDATE users SET disabled_at = 1 WHERE id = @id", new { id }), Cancel);

        var reply = await server.SignInCrookedlyAsync(browser);
        Assert.Equal((403, "account_disabled"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task Cancelling_at_the_provider_is_told_in_the_readers_language()
    {
        await using var server = await ProviderServer.StartAsync(real);
        using var browser = server.NewBrowser();
        var english = await browser.OpenAsync(await browser.AtProviderAsync(await browser.BeginAsync("corp"), person: null), "text/html,*/*;q=0.8", "en-US,en;q=0.9,ko;q=0.5");
        var korean = await browser.OpenAsync(await browser.AtProviderAsync(await browser.BeginAsync("corp"), person: null), "text/html", "fr,ko-KR;q=0.9,en;q=0.5");
        var program = await browser.OpenAsync(await browser.AtProviderAsync(await browser.BeginAsync("corp"), person: null));

        Assert.Equal((403, "text/html"), (english.Status, english.ContentType));
        Assert.Contains("The sign-in was cancelled at the provider.", english.Text, StringComparison.Ordinal);
        Assert.Contains("oauth_denied", english.Text, StringComparison.Ordinal);
        Assert.Contains("로그인이 취소되었습니다", korean.Text, StringComparison.Ordinal);
        Assert.Equal((403, "oauth_denied"), (program.Status, program.Code));
    }

    [Theory]
    [InlineData("/auth/oauth/nobody", 404, "not_found")]
    [InlineData("/auth/callback/nobody?state=x&code=y", 404, "not_found")]
    [InlineData("/auth/oauth/google", 404, "not_found")]
    [InlineData("/auth/oauth/crooked?return_to=//evil.example", 400, "invalid_input")]
    [InlineData("/auth/oauth/crooked?return_to=/a&return_to=//evil.example", 400, "invalid_input")]
    [InlineData("/auth/oauth/crooked?return_to=/%5Cevil.example", 403, "attack_detected")]
    [InlineData("/auth/oauth/crooked?link=true", 400, "invalid_input")]
    public async Task What_cannot_be_started_is_refused_by_name(string path, int status, string code)
    {
        var server = shared.Server;
        using var browser = server.NewBrowser();
        var reply = await browser.OpenAsync(path);
        Assert.Equal((status, code), (reply.Status, reply.Code));
        Assert.Empty(reply.SetCookies);
    }
}
