using System.Text.RegularExpressions;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>A provider's word is not the second factor.</summary>
public sealed class SecondFactorStepTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly byte[] Secret = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];

    [Fact]
    public async Task An_account_with_a_second_factor_opens_only_with_its_code()
    {
        var (server, clock) = await StartAsync();
        await using var _ = server;
        using var browser = server.NewBrowser();
        var handle = await AskedAsync(server, browser);
        Assert.DoesNotContain(Browser.SessionCookie, browser.Cookies.Keys);
        Assert.Null(await browser.WhoAmIAsync());

        var wrong = await CompleteAsync(browser, handle, "000000");
        Assert.Equal((401, "invalid_proof"), (wrong.Status, wrong.Code));
        Assert.Equal(handle, wrong.Headers.GetValues("Sign-In-Handle").Single());

        var right = await CompleteAsync(browser, handle, NextCode(clock));
        Assert.Equal((200, server.Crooked.Person.Email), (right.Status, right.Json.GetProperty("user").GetProperty("email").GetString()));
        Assert.Equal("oauth:crooked+code", (await server.LastEventAsync("login")).Details.GetProperty("method").GetString());
        Assert.NotNull(await browser.WhoAmIAsync());
        Assert.Equal("oauth_state_invalid", (await CompleteAsync(browser, handle, NextCode(clock))).Code);
    }

    [Fact]
    public async Task A_browser_without_scripts_has_a_form()
    {
        var (server, clock) = await StartAsync();
        await using var _ = server;
        using var browser = server.NewBrowser();
        var callback = server.Crooked.Approve(await browser.BeginAsync(CrookedProvider.Name, "/tasks"));
        var page = await browser.OpenAsync(callback, "text/html");
        Assert.Equal(401, page.Status);
        var (handle, token) = (Field(page, "handle"), Field(page, "_csrf_token"));
        var bare = await browser.SubmitAsync("/auth/oauth/complete", new() { ["handle"] = handle, ["code"] = NextCode(clock) });
        Assert.Equal(403, bare.Status);
        Assert.Contains("csrf_failed", bare.Text, StringComparison.Ordinal);

        var again = await browser.SubmitAsync("/auth/oauth/complete", new() { ["handle"] = handle, ["code"] = "000000", ["_csrf_token"] = token });
        Assert.Equal(handle, Field(again, "handle"));
        token = Field(again, "_csrf_token");
        var done = await browser.SubmitAsync("/auth/oauth/complete", new() { ["handle"] = handle, ["code"] = NextCode(clock), ["_csrf_token"] = token });
        Assert.Contains("0;url=/tasks", done.Text, StringComparison.Ordinal);
        Assert.NotNull(await browser.WhoAmIAsync());
    }

    [Fact]
    public async Task The_handle_is_good_in_its_own_browser_only()
    {
        var (server, clock) = await StartAsync();
        await using var _ = server;
        using var browser = server.NewBrowser();
        using var thief = server.NewBrowser();
        var handle = await AskedAsync(server, browser);
        await thief.BeginAsync(CrookedProvider.Name);
        Assert.Equal("oauth_state_invalid", (await CompleteAsync(thief, handle, NextCode(clock))).Code);
        Assert.Null(await thief.WhoAmIAsync());
    }

    [Fact]
    public async Task The_handle_is_good_for_ten_minutes()
    {
        var (server, clock) = await StartAsync();
        await using var _ = server;
        using var browser = server.NewBrowser();
        var handle = await AskedAsync(server, browser);
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("oauth_state_invalid", (await CompleteAsync(browser, handle, NextCode(clock))).Code);
    }

    [Fact]
    public async Task Guessing_ends_after_five_codes_however_many_flows_there_are()
    {
        var (server, clock) = await StartAsync();
        await using var _ = server;
        using var browser = server.NewBrowser();
        foreach (var guess in Enumerable.Range(0, 5))
        {
            Assert.Equal("invalid_proof", (await CompleteAsync(browser, await AskedAsync(server, browser), $"00000{guess}")).Code);
        }

        var locked = await CompleteAsync(browser, await AskedAsync(server, browser), NextCode(clock));
        Assert.Equal((423, "locked_out"), (locked.Status, locked.Code));
        Assert.Null(await browser.WhoAmIAsync());
    }

    [Theory]
    [InlineData("{}", 400, "malformed_body")]
    [InlineData("[]", 400, "malformed_body")]
    [InlineData("""{"handle":"x","code":""}""", 400, "invalid_input")]
    [InlineData("""{"handle":"x","code":"123456"}""", 400, "oauth_state_invalid")]
    public async Task A_bent_body_is_refused_by_name(string body, int status, string code)
    {
        await using var server = await ProviderServer.StartAsync(real: null);
        using var browser = server.NewBrowser();
        var reply = await browser.SendAsync(HttpMethod.Post, "/auth/oauth/complete", System.Text.Json.Nodes.JsonNode.Parse(body));
        Assert.Equal((status, code), (reply.Status, reply.Code));
    }

    private static string Field(Reply page, string name) => Regex.Match(page.Text, $"name=\"{name}\" value=\"([^\"]+)\"").Groups[1].Value;

    // Somebody of the crooked provider whose account here has TOTP.
    private static async Task<(ProviderServer Server, FakeClock Clock)> StartAsync()
    {
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        var server = await ProviderServer.StartAsync(real: null, clock);
        using var browser = server.NewBrowser();
        await server.SignInCrookedlyAsync(browser);
        var id = Guid.Parse((await browser.WhoAmIAsync())!.Value.GetProperty("id").GetString()!);
        var totp = server.Live.Services.GetRequiredService<TotpStore>();
        Assert.True(await totp.BeginAsync(id, Secret, RequestOrigin.System, Cancel));
        Assert.Equal(TotpOutcome.Confirmed, (await totp.ConfirmAsync(id, CodeAt(clock), RequestOrigin.System, Cancel)).Outcome);
        return (server, clock);
    }

    private static async Task<string> AskedAsync(ProviderServer server, Browser browser)
    {
        var reply = await server.SignInCrookedlyAsync(browser);
        Assert.Equal((401, "two_factor_required"), (reply.Status, reply.Code));
        return reply.Headers.GetValues("Sign-In-Handle").Single();
    }

    private static Task<Reply> CompleteAsync(Browser browser, string handle, string code) =>
        browser.SendAsync(HttpMethod.Post, "/auth/oauth/complete", new { handle, code });

    // Another step than the one that was spent.
    private static string NextCode(FakeClock clock)
    {
        clock.Advance(TimeSpan.FromSeconds(30));
        return CodeAt(clock);
    }

    private static string CodeAt(FakeClock clock) => Totp.CodeAt(Secret, Totp.StepAt(clock.UtcNow));
}
