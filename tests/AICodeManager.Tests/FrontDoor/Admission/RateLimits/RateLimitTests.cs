using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Admission.RateLimits;

/// <summary>The limits of the guide on one server: whom they count, what they tell, and what leads around them (spec A10).</summary>
public sealed class RateLimitTests
{
    private const string Open = "/api/v1/auth/providers";

    [Fact]
    public async Task An_address_has_its_requests_and_no_more_until_the_time_that_it_is_told()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(perIp: 4));
        for (var left = 3; left >= 0; left--)
        {
            var served = await limited.GetAsync(Open);
            Assert.Equal((200, "4", $"{left}"), (served.Status, served["X-RateLimit-Limit"], served["X-RateLimit-Remaining"]));
            Assert.StartsWith($"\"per-ip\";r={left};t=", served["RateLimit"]);
            Assert.Equal("\"per-ip\";q=4;w=60", served["RateLimit-Policy"]);
            Assert.InRange(long.Parse(served["X-RateLimit-Reset"]!) - limited.Clock.UtcNow.ToUnixTimeSeconds(), 0, 120);
        }

        for (var i = 0; i < 20; i++)
        {
            var refused = await limited.GetAsync(Open);
            Assert.Equal((429, "0"), (refused.Status, refused["X-RateLimit-Remaining"]));
            var wait = int.Parse(refused["Retry-After"]!);
            Assert.InRange(wait, 1, 120);
            Assert.Equal("rate_limited", refused.Json.GetProperty("code").GetString());
            Assert.Equal("rate_limited", refused.Json.GetProperty("error").GetString());
            Assert.Equal(wait, refused.Json.GetProperty("retry_after").GetInt32());
            Assert.Contains("4 in 60 s", refused.Json.GetProperty("message").GetString(), StringComparison.Ordinal);
            Assert.Equal($"\"per-ip\";r=0;t={wait}", refused["RateLimit"]);
        }

        // Somebody else is not concerned; and the refused ones have cost nothing: after the time that was told one fits.
        Assert.Equal(200, (await limited.GetAsync(Open, "203.0.113.2")).Status);
        limited.Clock.Advance(TimeSpan.FromSeconds(int.Parse((await limited.GetAsync(Open))["Retry-After"]!)));
        Assert.Equal(200, (await limited.GetAsync(Open)).Status);
    }

    [Fact]
    public async Task Every_answer_tells_how_the_client_stands_but_those_that_are_not_limited()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(perIp: 7));
        var token = await limited.SignUpAsync();
        List<Got> all =
        [
            await limited.GetAsync(Open), await limited.GetAsync("/api/v1/auth/me"), await limited.GetAsync("/nowhere"),
            await limited.AskAsync(HttpMethod.Post, "/api/v1/auth/login", body: new { wrong = 1 }), await limited.GetAsync("/api/v1/auth/me", token: token),
            await limited.GetAsync("/api/v1/admin/users", token: token), await limited.AskAsync(HttpMethod.Post, "/api/v1/auth/login", token: token), await limited.GetAsync(Open),
        ];
        Assert.Equal([200, 401, 404, 400, 200, 403, 400, 429], all.Select(a => a.Status));
        Assert.All(all, a => Assert.All(["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit", "RateLimit-Policy"], h => Assert.NotNull(a[h])));
        Assert.All(all, a => Assert.Equal(a.Status == 429, a["Retry-After"] is not null));
        for (var i = 0; i < 20; i++)
        {
            var alive = await limited.GetAsync("/healthz");
            Assert.Equal((200, null), (alive.Status, alive["RateLimit"]));
        }
    }

    [Fact]
    public async Task Addresses_of_one_IPv6_line_are_one_client_and_two_spellings_of_IPv4_are()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(perIp: 2));
        foreach (var (first, same, other) in new[] { ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"), ("203.0.113.5", "::ffff:203.0.113.5", "203.0.113.6") })
        {
            Assert.Equal(200, (await limited.GetAsync(Open, first)).Status);
            Assert.Equal(200, (await limited.GetAsync(Open, same)).Status);
            Assert.Equal(429, (await limited.GetAsync(Open, first)).Status);
            Assert.Equal(200, (await limited.GetAsync(Open, other)).Status);
        }
    }

    [Fact]
    public async Task All_together_have_the_global_limit()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(global: 6));
        var served = 0;
        for (var i = 0; i < 10; i++)
            served += (await limited.GetAsync(Open, $"203.0.113.{i}")).Status == 200 ? 1 : 0;
        Assert.Equal(6, served);
        Assert.Equal("\"global\";q=6;w=60", (await limited.GetAsync(Open, "203.0.113.77"))["RateLimit-Policy"]);
    }

    [Fact]
    public async Task Strangers_leave_a_fifth_of_the_global_limit_to_those_at_work()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(global: 1000));
        var token = await limited.SignUpAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 900).Select(i => limited.GetAsync(Open, $"10.1.{i / 250}.{i % 250}")));
        Assert.Equal(798, all.Count(g => g.Status == 200));
        Assert.Equal("\"global\";q=800;w=60", all.First(g => g.Status == 429)["RateLimit-Policy"]);
        var served = await Task.WhenAll(Enumerable.Range(0, 250).Select(i => limited.GetAsync("/api/v1/auth/me", $"203.0.113.{i}", token)));
        Assert.Equal(200, served.Count(g => g.Status == 200));
        Assert.Equal("\"global\";q=1000;w=60", served[0]["RateLimit-Policy"]);
    }

    [Fact]
    public async Task A_user_has_one_limit_from_wherever_and_a_neighbour_another()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(perUser: 5));
        var (one, two) = (await limited.SignUpAsync(), await limited.SignUpAsync());
        for (var i = 0; i < 8; i++)
        {
            var got = await limited.GetAsync("/api/v1/auth/me", $"203.0.113.{i}", one);
            Assert.Equal(i < 5 ? 200 : 429, got.Status);
        }

        Assert.Equal(200, (await limited.GetAsync("/api/v1/auth/me", token: two)).Status);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Whether_signed_in_requests_count_by_address_too_is_a_setting(bool counted)
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(perIp: 3, more: counted ? "" : "signed_in: false"));
        var token = await limited.SignUpAsync();
        for (var i = 0; i < 5; i++)
            Assert.Equal(counted && i >= 3 ? 429 : 200, (await limited.GetAsync("/api/v1/auth/me", token: token)).Status);
        // Strangers always do.
        for (var i = 0; i < 4; i++)
            Assert.Equal(counted || i >= 3 ? 429 : 200, (await limited.GetAsync(Open)).Status);
    }

    [Fact]
    public async Task Signing_in_has_the_guides_five_a_minute_and_no_spelling_of_the_route_has_more()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config());
        string[] spellings = ["/api/v1/auth/login", "/API/v1/auth/login", "/api/v1/auth/login/", "/api/v1/auth/%6Cogin", "/api/v1/auth/login?x=1"];
        foreach (var path in spellings)
            Assert.Equal((401, "\"endpoint\";q=5;w=60"), (await limited.LoginAsync(path: path)) is var got ? (got.Status, got["RateLimit-Policy"]) : default);
        foreach (var path in spellings)
            Assert.Equal(429, (await limited.LoginAsync(path: path)).Status);
        // From elsewhere it is another's limit; other routes go on.
        Assert.Equal(401, (await limited.LoginAsync(from: "203.0.113.2")).Status);
        Assert.Equal(200, (await limited.GetAsync(Open)).Status);
        // Exact: a minute after the first, and not at the turn of a bucket.
        limited.Clock.Advance(TimeSpan.FromSeconds(59.9));
        Assert.Equal(429, (await limited.LoginAsync()).Status);
        limited.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(401, (await limited.LoginAsync()).Status);
    }

    [Fact]
    public async Task An_account_of_ones_own_is_worth_no_further_guesses_or_registrations()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(endpoints: "/api/v1/auth/password/reset: {requests: 2, window: 1m}"));
        string[] own = [await limited.SignUpAsync(), await limited.SignUpAsync()];
        foreach (var (path, limit) in new[] { ("/api/v1/auth/login", 5), ("/api/v1/auth/password/reset", 2) })
        {
            for (var i = 0; i < limit; i++)
                Assert.NotEqual(429, (await Guess(path, i % 3 == 0 ? null : own[i % 2])).Status);
            foreach (var token in (string?[])[null, .. own])
                Assert.Equal(429, (await Guess(path, token)).Status);
        }

        Task<Got> Guess(string path, string? token) =>
            limited.AskAsync(HttpMethod.Post, path, token: token, body: new { email = $"{Guid.NewGuid():N}@example.com", password = LiveServer.Password });
    }

    [Fact]
    public async Task Pages_of_others_use_up_nobodys_sign_ins()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config());
        for (var i = 0; i < 10; i++)
            Assert.Equal(403, (await limited.AskAsync(HttpMethod.Post, "/api/v1/auth/login", body: new { }, origin: "https://evil.example")).Status);
        for (var i = 0; i < 5; i++)
            Assert.Equal(401, (await limited.LoginAsync()).Status);
        Assert.Equal(429, (await limited.LoginAsync()).Status);
    }

    [Fact]
    public async Task A_limit_names_a_route_by_its_parameters_and_its_method()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(
            endpoints: "\"GET /api/v1/workspaces/{workspace}\": {requests: 2, window: 1m}\n    \"POST /api/v1/workspaces\": {requests: 1, window: 1m}"));
        var token = await limited.SignUpAsync();
        for (var i = 0; i < 4; i++)
            Assert.Equal(i < 2 ? 404 : 429, (await limited.GetAsync($"/api/v1/workspaces/{Guid.NewGuid()}", token: token)).Status);
        for (var i = 0; i < 3; i++)
            Assert.Equal(i < 1 ? 201 : 429, (await limited.AskAsync(HttpMethod.Post, "/api/v1/workspaces", token: token, body: new { name = $"w{i}" })).Status);
        Assert.Equal(404, (await limited.AskAsync(HttpMethod.Delete, $"/api/v1/workspaces/{Guid.NewGuid()}", token: token)).Status);
        Assert.Equal(200, (await limited.GetAsync("/api/v1/workspaces", token: token)).Status);
    }

    [Fact]
    public async Task The_audit_is_told_of_a_flood_once_and_of_how_much_it_was_not_told()
    {
        await using var limited = await LimitedServer.StartAsync(LimitedServer.Config(perIp: 2));
        for (var i = 0; i < 60; i++)
            await limited.GetAsync(Open);
        await Poll.UntilAsync(async () => (await limited.EventsAsync("rate_limited")).Count > 0);
        limited.Clock.Advance(TimeSpan.FromSeconds(30));
        await limited.GetAsync(Open);
        limited.Clock.Advance(TimeSpan.FromSeconds(31));
        for (var i = 0; i < 10; i++)
            await limited.GetAsync(Open);
        await Poll.UntilAsync(async () => (await limited.EventsAsync("rate_limited")).Count > 1);
        var told = await limited.EventsAsync("rate_limited");
        Assert.Equal(2, told.Count);
        Assert.Contains(told, details => details!.Contains("\"limit\":\"per-ip\"", StringComparison.Ordinal) && details.Contains("\"untold\":0", StringComparison.Ordinal));
        Assert.Empty(await limited.EventsAsync("request_refused"));
    }
}
