using System.Net;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions;

/// <summary>What follows when a session looks unlike itself (spec A9).</summary>
public sealed class RiskLayerTests
{
    private const string Email = "user1@example.com";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly FakeClock clock = new(DateTimeOffset.UtcNow);

    private async Task<LiveServer> StartAsync(string? config = null)
    {
        var server = await LiveServer.StartAsync(config: config, change: services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            Visitor.Addresses(services);
        });
        await server.SignUpAsync();
        return server;
    }

    [Theory]
    [InlineData("browser")]
    [InlineData("api")]
    public async Task Another_network_asks_for_the_password_and_goes_on_after_it(string kind)
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, kind);
        visitor.Address = "198.51.100.20";
        var refused = await visitor.GetAsync("auth/me");
        Assert.Equal((401, "step_up_required"), refused.Outcome);
        Assert.Contains("insufficient_user_authentication", refused.Challenge, StringComparison.Ordinal);
        Assert.Contains("urn:aicli:password", refused.Challenge, StringComparison.Ordinal);
        Assert.Contains("network_changed", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await visitor.PostAsync("auth/step-up", new { password = LiveServer.Password })).Status);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task A_proof_decays_and_does_not_travel()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, "api");
        visitor.Address = "198.51.100.20";
        await visitor.PostAsync("auth/step-up", new { password = LiveServer.Password });
        visitor.Address = "192.0.2.77";
        Assert.Equal((401, "step_up_required"), (await visitor.GetAsync("auth/me")).Outcome);
        visitor.Address = "198.51.100.21";
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("auth/me")).Status);
        clock.Advance(TimeSpan.FromMinutes(31));
        Assert.Equal((401, "step_up_required"), (await visitor.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task A_neighbouring_address_is_let_pass()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email);
        visitor.Address = "203.0.113.8";
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task Another_browser_ends_the_session()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email);
        visitor.UserAgent = Visitor.Chrome;
        Assert.Equal((401, "session_ended"), (await visitor.GetAsync("auth/me")).Outcome);
        visitor.UserAgent = Visitor.Firefox;
        Assert.Equal((401, "authentication_required"), (await visitor.GetAsync("auth/me")).Outcome); // the cookie is gone
    }

    [Fact]
    public async Task The_cookie_from_before_a_step_up_is_worth_nothing_after_it()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        using var thief = new Visitor(server);
        await visitor.SignInAsync(Email);
        thief.Cookies["__Host-aicli_session"] = visitor.Cookies["__Host-aicli_session"];
        await visitor.PostAsync("auth/step-up", new { password = LiveServer.Password });
        Assert.Equal((401, "session_invalid"), (await thief.GetAsync("auth/me")).Outcome);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task Five_wrong_proofs_end_the_session_even_when_sent_at_once()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, "api");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => visitor.PostAsync("auth/step-up", new { password = $"wrong passphrase {i}" })));
        Assert.All(answers, a => Assert.Equal(401, (int)a.Status));
        Assert.True(answers.Count(a => a.Code == "invalid_proof") < StepUps.Attempts);
        Assert.Equal((401, "session_ended"), (await visitor.PostAsync("auth/step-up", new { password = LiveServer.Password })).Outcome);
    }

    [Fact]
    public async Task A_change_of_role_is_in_force_with_the_next_request()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, "api");
        Assert.Equal((403, "permission_denied"), (await visitor.GetAsync("admin/audit")).Outcome);
        var id = Guid.Parse((await visitor.GetAsync("auth/me")).Json.GetProperty("id").GetString()!);
        var standings = server.Services.GetRequiredService<StandingStore>();
        await standings.ChangeAsync(id, endSessions: false, t => t.ExecuteAsync("UPDATE users SET role = 'admin' WHERE id = @id", new { id }), Cancel);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("admin/audit")).Status);
        await standings.ChangeAsync(id, endSessions: true, t => t.ExecuteAsync("UPDATE users SET role = 'user' WHERE id = @id", new { id }), Cancel);
        Assert.Equal((401, "session_ended"), (await visitor.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task Who_has_yet_to_confirm_cannot_end_the_sessions_of_the_owner()
    {
        await using var server = await StartAsync();
        using var owner = new Visitor(server);
        using var thief = new Visitor(server, address: "198.51.100.20");
        await owner.SignInAsync(Email, "api");
        var own = (await owner.GetAsync("sessions")).Json.GetProperty("items").EnumerateArray().Single(s => s.GetProperty("current").GetBoolean());
        using var other = new Visitor(server);
        await other.SignInAsync(Email, "api");
        thief.Token = other.Token;
        Assert.Equal((401, "step_up_required"), (await thief.SendAsync(HttpMethod.Delete, $"sessions/{own.GetProperty("id").GetString()}")).Outcome);
        Assert.Equal(HttpStatusCode.NoContent, (await thief.PostAsync("auth/logout")).Status);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task Whoever_cannot_confirm_can_sign_in_anew()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email);
        visitor.Address = "198.51.100.20";
        Assert.Equal((401, "step_up_required"), (await visitor.GetAsync("auth/me")).Outcome);
        await visitor.SignInAsync(Email);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task The_end_of_a_tokens_session_leaves_cookies_alone()
    {
        await using var server = await StartAsync();
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, "api");
        for (var attempt = 1; attempt < StepUps.Attempts; attempt++)
        {
            await visitor.PostAsync("auth/step-up", new { password = $"wrong passphrase {attempt}" });
        }

        var last = await visitor.PostAsync("auth/step-up", new { password = "wrong passphrase" });
        Assert.Equal((401, "session_ended"), last.Outcome);
        Assert.Empty(last.SetCookies);
    }

    [Theory]
    [InlineData("auth/me")]
    [InlineData("sessions")]
    public async Task What_a_person_is_told_is_kept_by_no_cache(string path)
    {
        await using var server = await StartAsync();
        var client = server.Anonymous();
        await client.SignInAsync(Email, LiveServer.Password);
        using var answer = await client.Http.GetAsync($"/api/v1/{path}", Cancel);
        Assert.True(answer.IsSuccessStatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }
}
