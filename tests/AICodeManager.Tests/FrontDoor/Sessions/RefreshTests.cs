using System.Net;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions;

/// <summary>Access and refresh tokens over the wire (spec A5).</summary>
public sealed class RefreshTests
{
    private const string Email = "user1@example.com";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly FakeClock clock = new(DateTimeOffset.UtcNow);

    private async Task<LiveServer> StartAsync()
    {
        var server = await LiveServer.StartAsync(change: services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            Visitor.Addresses(services);
        });
        await server.SignUpAsync();
        return server;
    }

    [Fact]
    public async Task Each_refresh_token_is_good_once_and_gives_the_next()
    {
        await using var server = await StartAsync();
        using var client = new Visitor(server);
        var token = (await client.SignInAsync(Email, "api")).Json.GetProperty("refresh_token").GetString()!;
        for (var round = 0; round < 3; round++)
        {
            clock.Advance(TimeSpan.FromHours(100));
            client.Token = null;
            var next = await client.PostAsync("auth/refresh", new { refresh_token = token });
            Assert.Equal(HttpStatusCode.OK, next.Status);
            Assert.NotEqual(token, token = next.Json.GetProperty("refresh_token").GetString()!);
            client.Token = next.Json.GetProperty("access_token").GetString();
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("auth/me")).Status);
        }

        clock.Advance(TimeSpan.FromHours(168));
        client.Token = null;
        Assert.Equal((401, "invalid_refresh_token"), (await client.PostAsync("auth/refresh", new { refresh_token = token })).Outcome);
    }

    [Fact]
    public async Task A_spent_token_that_comes_again_ends_the_session_for_thief_and_owner()
    {
        await using var server = await StartAsync();
        using var owner = new Visitor(server);
        using var thief = new Visitor(server, address: "198.51.100.9");
        var stolen = (await owner.SignInAsync(Email, "api")).Json.GetProperty("refresh_token").GetString();
        owner.Token = null;
        var next = await owner.PostAsync("auth/refresh", new { refresh_token = stolen });
        Assert.Equal((401, "invalid_refresh_token"), (await thief.PostAsync("auth/refresh", new { refresh_token = stolen })).Outcome);
        owner.Token = next.Json.GetProperty("access_token").GetString();
        var refused = await owner.GetAsync("auth/me");
        Assert.Equal((401, "session_ended"), refused.Outcome);
        Assert.Contains("refresh_token_reused", refused.Detail, StringComparison.Ordinal);
        owner.Token = null;
        Assert.Equal((401, "invalid_refresh_token"), (await owner.PostAsync(
            "auth/refresh", new { refresh_token = next.Json.GetProperty("refresh_token").GetString() })).Outcome);
    }

    [Fact]
    public async Task The_same_client_gets_the_same_successor_for_half_a_minute()
    {
        await using var server = await StartAsync();
        using var client = new Visitor(server);
        var token = (await client.SignInAsync(Email, "api")).Json.GetProperty("refresh_token").GetString();
        client.Token = null;
        var lost = await client.PostAsync("auth/refresh", new { refresh_token = token });
        clock.Advance(TimeSpan.FromSeconds(30));
        var again = await client.PostAsync("auth/refresh", new { refresh_token = token });
        Assert.Equal(lost.Json.GetProperty("refresh_token").GetString(), again.Json.GetProperty("refresh_token").GetString());
        client.Token = again.Json.GetProperty("access_token").GetString();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("auth/me")).Status);
        clock.Advance(TimeSpan.FromSeconds(1));
        client.Token = null;
        Assert.Equal((401, "invalid_refresh_token"), (await client.PostAsync("auth/refresh", new { refresh_token = token })).Outcome);
    }

    [Fact]
    public async Task Twenty_exchanges_of_one_token_at_once_give_one_successor()
    {
        await using var server = await StartAsync();
        using var client = new Visitor(server);
        var token = (await client.SignInAsync(Email, "api")).Json.GetProperty("refresh_token").GetString();
        client.Token = null;
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.PostAsync("auth/refresh", new { refresh_token = token })));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        Assert.Single(answers.Select(a => a.Json.GetProperty("refresh_token").GetString()).Distinct());
    }

    [Fact]
    public async Task Nothing_that_is_stored_gives_a_refresh_token_back()
    {
        await using var server = await StartAsync();
        using var client = new Visitor(server);
        var token = (await client.SignInAsync(Email, "api")).Json.GetProperty("refresh_token").GetString()!;
        client.Token = null;
        var next = (await client.PostAsync("auth/refresh", new { refresh_token = token })).Json.GetProperty("refresh_token").GetString()!;
        var stored = string.Concat(await server.Database.ReadAsync(
            r => r.QueryAsync<string>("SELECT data FROM coordination_records UNION ALL SELECT COALESCE(details, '') FROM audit_events"), Cancel));
        Assert.DoesNotContain(token["aicli_rt_".Length..], stored, StringComparison.Ordinal);
        Assert.DoesNotContain(next["aicli_rt_".Length..], stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_access_token_can_be_revoked_and_its_session_goes_on()
    {
        await using var server = await StartAsync();
        using var client = new Visitor(server);
        var login = await client.SignInAsync(Email, "api");
        var doomed = client.Token!;
        client.Token = null;
        var fresh = await client.PostAsync("auth/refresh", new { refresh_token = login.Json.GetProperty("refresh_token").GetString() });
        client.Token = fresh.Json.GetProperty("access_token").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await client.PostAsync("auth/revoke", new { token = doomed })).Status);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("auth/me")).Status);
        client.Token = doomed;
        Assert.Equal((401, "token_revoked"), (await client.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task Nobody_can_revoke_what_is_not_theirs()
    {
        await using var server = await StartAsync();
        await server.SignUpAsync();
        using var victim = new Visitor(server);
        using var other = new Visitor(server);
        var login = await victim.SignInAsync(Email, "api");
        await other.SignInAsync("user2@example.com", "api");
        await other.PostAsync("auth/revoke", new { token = victim.Token });
        await other.PostAsync("auth/revoke", new { token = login.Json.GetProperty("refresh_token").GetString() });
        Assert.Equal(HttpStatusCode.OK, (await victim.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task An_access_token_expires_and_says_so()
    {
        await using var server = await StartAsync();
        using var client = new Visitor(server);
        await client.SignInAsync(Email, "api");
        clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal((401, "token_expired"), (await client.GetAsync("auth/me")).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("aicli_rt_")]
    [InlineData("aicli_rt_AAAA")]
    [InlineData("\u0000")]
    [InlineData("\ud83d\ude00")]
    public async Task A_refresh_token_of_no_form_is_refused(string token)
    {
        await using var server = await StartAsync();
        using var client = new Visitor(server);
        Assert.Equal((401, "invalid_refresh_token"), (await client.PostAsync("auth/refresh", new { refresh_token = token })).Outcome);
    }

    [Fact]
    public async Task A_cookie_is_no_refresh_token_and_no_access_token()
    {
        await using var server = await StartAsync();
        using var browser = new Visitor(server);
        await browser.SignInAsync(Email);
        var cookie = browser.Cookies["__Host-aicli_session"];
        browser.Cookies.Clear();
        Assert.Equal((401, "invalid_refresh_token"), (await browser.PostAsync("auth/refresh", new { refresh_token = $"aicli_rt_{cookie}" })).Outcome);
        browser.Token = cookie;
        Assert.Equal((401, "token_malformed"), (await browser.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task A_refresh_counts_as_a_use()
    {
        await using var server = await StartAsync();
        using var client = new Visitor(server);
        var token = (await client.SignInAsync(Email, "api")).Json.GetProperty("refresh_token").GetString();
        client.Token = null;
        for (var round = 0; round < 3; round++)
        {
            clock.Advance(TimeSpan.FromHours(100));
            var next = await client.PostAsync("auth/refresh", new { refresh_token = token });
            Assert.Equal(HttpStatusCode.OK, next.Status);
            token = next.Json.GetProperty("refresh_token").GetString();
        }
    }
}
