using System.Net;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions;

/// <summary>Sessions that a cookie carries (spec A8).</summary>
public sealed class BrowserSessionTests
{
    private const string Email = "user1@example.com";
    private readonly FakeClock clock = new(DateTimeOffset.UtcNow);

    private Task<LiveServer> StartAsync(string? config = null) => LiveServer.StartAsync(config: config, change: services =>
    {
        services.AddSingleton<TimeProvider>(clock);
        Visitor.Addresses(services);
    });

    [Fact]
    public async Task A_browser_gets_a_cookie_that_scripts_and_other_sites_never_see_and_no_token()
    {
        await using var server = await StartAsync();
        await server.SignUpAsync();
        using var browser = new Visitor(server);
        var answer = await browser.SignInAsync(Email);
        var cookie = Assert.Single(answer.SetCookies, c => c.StartsWith("__Host-aicli_session=", StringComparison.Ordinal)).ToLowerInvariant();
        Assert.All(["; secure", "; httponly", "; samesite=strict", "; path=/"], part => Assert.Contains(part, cookie, StringComparison.Ordinal));
        Assert.DoesNotContain("; domain=", cookie, StringComparison.Ordinal);
        Assert.Equal(["user"], answer.Json.EnumerateObject().Select(p => p.Name));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task It_ends_after_half_an_hour_however_busy_it_is()
    {
        await using var server = await StartAsync();
        await server.SignUpAsync();
        using var browser = new Visitor(server);
        await browser.SignInAsync(Email);
        for (var minute = 0; minute < 29; minute++)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("auth/me")).Status);
        }

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((401, "session_ended"), (await browser.GetAsync("auth/me")).Outcome);
        Assert.DoesNotContain("__Host-aicli_session", browser.Cookies.Keys);
    }

    [Fact]
    public async Task It_ends_after_a_quarter_of_an_hour_without_a_request()
    {
        await using var server = await StartAsync();
        await server.SignUpAsync();
        using var browser = new Visitor(server);
        await browser.SignInAsync(Email);
        clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("auth/me")).Status);
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal((401, "session_ended"), (await browser.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task The_sixth_session_ends_the_oldest_and_both_sides_are_told()
    {
        await using var server = await StartAsync();
        var first = await server.SignUpAsync();
        List<Visitor> others = [];
        for (var i = 0; i < 4; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            var other = new Visitor(server);
            others.Add(other);
            await other.SignInAsync(Email);
        }

        Assert.Equal(5, (await first.GetAsync("sessions")).GetProperty("items").GetArrayLength());
        using var sixth = new Visitor(server);
        var answer = await sixth.SignInAsync(Email, "api");
        var notice = Assert.Single(answer.Json.GetProperty("ended_sessions").EnumerateArray());
        Assert.Equal("session_limit", notice.GetProperty("reason").GetString());
        using var evicted = new Visitor(server) { Token = first.Token, UserAgent = null };
        var refused = await evicted.GetAsync("auth/me");
        Assert.Equal((401, "session_ended"), refused.Outcome);
        Assert.Contains("session_limit", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await others[0].GetAsync("auth/me")).Status);
        others.ForEach(o => o.Dispose());
    }

    [Fact]
    public async Task Twenty_sign_ins_at_once_leave_five_sessions()
    {
        await using var server = await StartAsync();
        await server.SignUpAsync();
        var visitors = Enumerable.Range(0, 20).Select(_ => new Visitor(server)).ToList();
        await Task.WhenAll(visitors.Select(v => v.SignInAsync(Email)));
        var alive = 0;
        foreach (var visitor in visitors)
        {
            alive += (await visitor.GetAsync("auth/me")).Status == HttpStatusCode.OK ? 1 : 0;
            visitor.Dispose();
        }

        Assert.Equal(5, alive);
    }

    [Fact]
    public async Task One_can_be_ended_by_its_id_and_others_by_one_request()
    {
        await using var server = await StartAsync();
        await server.SignUpAsync();
        using var here = new Visitor(server);
        using var there = new Visitor(server, userAgent: Visitor.Chrome);
        using var elsewhere = new Visitor(server);
        await here.SignInAsync(Email);
        await there.SignInAsync(Email);
        await elsewhere.SignInAsync(Email, "api");
        var list = (await here.GetAsync("sessions")).Json.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(4, list.Count); // signing up was one, too
        Assert.Single(list, s => s.GetProperty("current").GetBoolean());
        var chrome = list.Single(s => s.GetProperty("device").GetString()!.StartsWith("Chrome", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NoContent, (await here.SendAsync(HttpMethod.Delete, $"sessions/{chrome.GetProperty("id").GetString()}")).Status);
        Assert.Equal((401, "session_ended"), (await there.GetAsync("auth/me")).Outcome);
        Assert.Equal(HttpStatusCode.NoContent, (await here.SendAsync(HttpMethod.Delete, "sessions?except=current")).Status);
        Assert.Equal((401, "session_ended"), (await elsewhere.GetAsync("auth/me")).Outcome);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("auth/me")).Status);
        Assert.Equal((400, "invalid_input"), (await here.SendAsync(HttpMethod.Delete, "sessions?except=others")).Outcome);
    }

    [Fact]
    public async Task Nobody_can_end_or_see_the_session_of_another()
    {
        await using var server = await StartAsync();
        await server.SignUpAsync();
        await server.SignUpAsync();
        using var one = new Visitor(server);
        using var two = new Visitor(server);
        await one.SignInAsync(Email);
        await two.SignInAsync("user2@example.com");
        var list = (await one.GetAsync("sessions")).Json.GetProperty("items");
        Assert.Equal((404, "not_found"), (await two.SendAsync(HttpMethod.Delete, $"sessions/{list[0].GetProperty("id").GetString()}")).Outcome);
        Assert.Equal(HttpStatusCode.OK, (await one.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task A_browser_with_a_dead_cookie_can_still_sign_in()
    {
        await using var server = await StartAsync();
        await server.SignUpAsync();
        using var browser = new Visitor(server);
        await browser.SignInAsync(Email);
        clock.Advance(TimeSpan.FromHours(1));
        await browser.SignInAsync(Email);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("auth/me")).Status);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task An_invented_cookie_is_refused_without_asking_the_store_and_forgotten(string value)
    {
        await using var server = await StartAsync();
        using var browser = new Visitor(server);
        browser.Cookies["__Host-aicli_session"] = value;
        Assert.Equal((401, "session_invalid"), (await browser.GetAsync("auth/me")).Outcome);
        Assert.Empty(browser.Cookies);
    }

    [Fact]
    public async Task A_good_cookie_does_not_heal_a_broken_token()
    {
        await using var server = await StartAsync();
        await server.SignUpAsync();
        using var browser = new Visitor(server);
        await browser.SignInAsync(Email);
        browser.Token = "not.a.token";
        Assert.Equal((401, "token_malformed"), (await browser.GetAsync("auth/me")).Outcome);
    }
}
