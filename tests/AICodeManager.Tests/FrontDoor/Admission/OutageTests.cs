using System.Diagnostics;
using System.Net;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Admission;

/// <summary>A Redis that is dead or frozen: what goes on, what does not, and how it comes back.</summary>
public sealed class OutageTests
{
    private static readonly (int, string?, TimeSpan?) Unavailable = (503, "coordination_unavailable", TimeSpan.FromSeconds(1));

    [Theory, InlineData("killed"), InlineData("frozen")]
    public async Task Reading_goes_on_for_fifteen_seconds_for_the_same_token_alone_and_all_is_back_without_a_restart(string how)
    {
        await using var lab = await OutageLab.StartAsync();
        using var reader = await lab.SignedInAsync();
        using var browser = await lab.SignedInAsync(client: "browser");
        using var idle = await lab.SignedInAsync();
        using var sibling = await SiblingAsync(reader);
        await reader.PostAsync("workspaces", new { name = "before" });
        await sibling.GetAsync("auth/me");
        Assert.Equal((200, null), (await reader.GetAsync("auth/me")).Outcome);
        Assert.Equal((200, null), (await browser.GetAsync("auth/me")).Outcome);
        Assert.Equal("ok", await lab.ReadyAsync());

        await lab.TakeAwayAsync(how);
        Assert.Equal((200, null), (await reader.GetAsync("auth/me")).Outcome);
        Assert.Equal((200, null), (await browser.GetAsync("auth/me")).Outcome);
        Assert.Equal((200, null), (await reader.GetAsync("workspaces")).Outcome);
        Assert.Equal("failed", await lab.ReadyAsync());
        Assert.Equal((200, null), (await lab.Server.Anonymous().TryAsync(HttpMethod.Get, "/healthz")));

        // Another token of the very same session, a session that has not been used, and what only Redis can tell.
        Assert.Equal(Unavailable, await lab.AskAsync(sibling, HttpMethod.Get, "auth/me"));
        Assert.Equal(Unavailable, await lab.AskAsync(idle, HttpMethod.Get, "auth/me"));
        Assert.Equal(Unavailable, await lab.AskAsync(reader, HttpMethod.Get, "sessions"));
        // Neither an outage nor a memory makes a bad token good.
        idle.Token = "not.a.token";
        Assert.Equal((401, "token_malformed"), (await idle.GetAsync("auth/me")).Outcome);
        idle.Token = null;
        Assert.Equal((401, "authentication_required"), (await idle.GetAsync("auth/me")).Outcome);

        lab.Clock.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal((200, null), (await reader.GetAsync("auth/me")).Outcome);
        lab.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Unavailable, await lab.AskAsync(reader, HttpMethod.Get, "auth/me"));
        Assert.Equal((503, "coordination_unavailable"), (await browser.GetAsync("auth/me")).Outcome);

        await lab.BringBackAsync(how);
        await BackAsync(how, async () => (await reader.GetAsync("auth/me")).Status == HttpStatusCode.OK);
        Assert.Equal((200, null), (await sibling.GetAsync("auth/me")).Outcome);
        Assert.Equal((200, null), (await browser.GetAsync("auth/me")).Outcome);
        Assert.Equal(HttpStatusCode.Created, (await reader.PostAsync("workspaces", new { name = "after" })).Status);
        Assert.Equal("ok", await lab.ReadyAsync());
    }

    [Theory, InlineData("killed"), InlineData("frozen")]
    public async Task Nothing_is_written_and_nothing_half(string how)
    {
        await using var lab = await OutageLab.StartAsync();
        using var person = await lab.SignedInAsync();
        using var admin = await lab.SignedInAsync("admin", await AddAsync(lab));
        var user = (await person.GetAsync("auth/me")).Json.GetProperty("id").GetString();
        var reset = (await admin.PostAsync($"admin/users/{user}/password-reset")).Json.GetProperty("reset_token").GetString();
        using var newcomer = new Visitor(lab.Server);
        var refresh = (await newcomer.SignInAsync(OutageLab.Email, "api")).Json.GetProperty("refresh_token").GetString();
        newcomer.Token = null;
        Assert.Equal((200, null), (await admin.GetAsync("admin/users")).Outcome);
        Assert.Equal((200, null), (await person.GetAsync("auth/me")).Outcome);
        var before = await StateAsync(lab);

        await lab.TakeAwayAsync(how);
        (Visitor Who, HttpMethod Method, string Path, object? Body)[] refused =
        [
            (person, HttpMethod.Post, "workspaces", new { name = "x" }),
            (person, HttpMethod.Put, "auth/me", new { name = "x" }),
            (person, HttpMethod.Post, "auth/logout", null),
            (person, HttpMethod.Post, "auth/password", new { current_password = LiveServer.Password, password = "quite another passphrase" }),
            (person, HttpMethod.Delete, "sessions?except=current", null),
            (person, HttpMethod.Post, "auth/step-up", new { password = LiveServer.Password }),
            (person, HttpMethod.Post, "auth/totp", null),
            (newcomer, HttpMethod.Post, "auth/login", new { email = OutageLab.Email, password = LiveServer.Password }),
            (newcomer, HttpMethod.Post, "auth/refresh", new { refresh_token = refresh }),
            (newcomer, HttpMethod.Post, "auth/password/reset", new { reset_token = reset, password = "quite another passphrase" }),
            (newcomer, HttpMethod.Post, "auth/passkeys/login/options", new { }),
            (admin, HttpMethod.Get, "admin/users", null),
            (admin, HttpMethod.Get, "admin/audit", null),
            (admin, HttpMethod.Get, $"admin/users/{user}", null),
            (admin, HttpMethod.Get, $"ADMIN/users/{user}", null),
            (admin, HttpMethod.Put, $"admin/users/{user}", new { disabled = true }),
            (admin, HttpMethod.Post, $"admin/users/{user}/logout", null),
        ];
        foreach (var (who, method, path, body) in refused)
        {
            Assert.True(Unavailable == await lab.AskAsync(who, method, path, body), $"{method} {path}");
        }

        Assert.Equal(before, await StateAsync(lab));

        await lab.BringBackAsync(how);
        await BackAsync(how, async () => (await person.PostAsync("workspaces", new { name = "x" })).Status == HttpStatusCode.Created);
        // What was refused was not spent.
        Assert.Equal((200, null), (await newcomer.PostAsync("auth/refresh", new { refresh_token = refresh })).Outcome);
        Assert.Equal(2, (await person.GetAsync("sessions")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await newcomer.PostAsync(
            "auth/password/reset", new { reset_token = reset, password = "quite another passphrase" })).Status);
    }

    [Fact]
    public async Task What_was_ended_just_before_is_not_remembered_as_alive_by_the_node_that_ended_it()
    {
        string[] ends = ["logout", "by its id", "all others", "revoked refresh token", "revoked token", "forced", "disabled", "role", "password"];
        await using var lab = await OutageLab.StartAsync();
        using var admin = await lab.SignedInAsync("admin", await AddAsync(lab));
        List<(string End, Visitor Doomed)> over = [];
        foreach (var end in ends)
        {
            over.Add((end, await EndedAsync(lab, admin, end)));
        }

        using var alive = await lab.SignedInAsync();
        Assert.Equal((200, null), (await alive.GetAsync("auth/me")).Outcome);

        await lab.TakeAwayAsync("killed");
        Assert.Equal((200, null), (await alive.GetAsync("auth/me")).Outcome);
        foreach (var (end, doomed) in over)
        {
            Assert.True((await doomed.GetAsync("auth/me")).Status != HttpStatusCode.OK, $"alive after: {end}");
            doomed.Dispose();
        }
    }

    [Theory, InlineData("ended"), InlineData("revoked")]
    public async Task What_a_node_was_told_is_over_is_not_alive_for_it_in_the_outage_that_follows(string how)
    {
        await using var lab = await OutageLab.StartAsync();
        using var doomed = await lab.SignedInAsync();
        Assert.Equal((200, null), (await doomed.GetAsync("auth/me")).Outcome);
        var token = lab.Server.Services.GetRequiredService<AccessTokens>().Read(doomed.Token).Token!.Value;
        // As another node would, its notice lost.
        var shard = StandingStore.ShardOf(token.UserId);
        await lab.Server.Services.GetRequiredService<ICoordination>().ExchangeAsync(
            [how == "ended"
                ? new EndRecord(shard, SessionStore.KeyOf(token.SessionId)) { Reason = SessionEnd.Forced, TombstoneFor = TimeSpan.FromDays(1) }
                : new SetMark(shard, SessionStore.RevokedKey(token.TokenId)) { Until = token.ExpiresAt }],
            TestContext.Current.CancellationToken);
        Assert.Equal((401, how == "ended" ? "session_ended" : "token_revoked"), (await doomed.GetAsync("auth/me")).Outcome);

        await lab.TakeAwayAsync("killed");
        Assert.NotEqual(HttpStatusCode.OK, (await doomed.GetAsync("auth/me")).Status);
    }

    [Fact]
    public async Task A_server_that_starts_without_its_Redis_serves_when_it_comes()
    {
        await using var lab = await OutageLab.StartAsync(present: false);
        using var person = new Visitor(lab.Server);
        Assert.Equal("failed", await lab.ReadyAsync());
        Assert.Equal(Unavailable, await lab.AskAsync(
            person, HttpMethod.Post, "auth/login", new { email = OutageLab.Email, password = LiveServer.Password }));
        Assert.Equal(0, await lab.CountAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'login'"));

        await lab.Redis.RestartAsync();
        await BackAsync("absent", async () => await lab.ReadyAsync() == "ok");
        await person.SignInAsync(OutageLab.Email, "api");
        Assert.Equal((200, null), (await person.GetAsync("auth/me")).Outcome);
    }

    /// <summary>Somebody whose session was used and then ended in one of the ways.</summary>
    private static async Task<Visitor> EndedAsync(OutageLab lab, Visitor admin, string end)
    {
        var email = await AddAsync(lab, $"{Guid.NewGuid():N}@example.com");
        var doomed = new Visitor(lab.Server);
        var login = await doomed.SignInAsync(email, "api");
        using var other = new Visitor(lab.Server);
        await other.SignInAsync(email, "api");
        var me = (await doomed.GetAsync("auth/me")).Json.GetProperty("id").GetString();
        var id = (await doomed.GetAsync("sessions")).Json.GetProperty("items").EnumerateArray()
            .Single(s => s.GetProperty("current").GetBoolean()).GetProperty("id").GetString();
        var done = await (end switch
        {
            "logout" => doomed.PostAsync("auth/logout"),
            "by its id" => other.SendAsync(HttpMethod.Delete, $"sessions/{id}"),
            "all others" => other.SendAsync(HttpMethod.Delete, "sessions?except=current"),
            "revoked refresh token" => other.PostAsync("auth/revoke", new { token = login.Json.GetProperty("refresh_token").GetString() }),
            "revoked token" => other.PostAsync("auth/revoke", new { token = doomed.Token }),
            "forced" => admin.PostAsync($"admin/users/{me}/logout"),
            "disabled" => admin.SendAsync(HttpMethod.Put, $"admin/users/{me}", new { disabled = true }),
            "role" => admin.SendAsync(HttpMethod.Put, $"admin/users/{me}", new { role = "viewer" }),
            _ => other.PostAsync("auth/password", new { current_password = LiveServer.Password, password = "quite another passphrase" }),
        });
        Assert.True(done.Status is HttpStatusCode.OK or HttpStatusCode.NoContent, done.Text);
        return doomed;
    }

    /// <summary>The same session's next access token, at a client of its own.</summary>
    private static async Task<Visitor> SiblingAsync(Visitor visitor)
    {
        var sibling = new Visitor(visitor.Server);
        var login = await sibling.SignInAsync(OutageLab.Email, "api");
        visitor.Token = sibling.Token;
        sibling.Token = null;
        var next = await sibling.PostAsync("auth/refresh", new { refresh_token = login.Json.GetProperty("refresh_token").GetString() });
        sibling.Token = next.Json.GetProperty("access_token").GetString();
        return sibling;
    }

    private static async Task<string> AddAsync(OutageLab lab, string email = "admin@example.com")
    {
        await lab.Server.Anonymous().PostAsync("auth/register", new { email, password = LiveServer.Password });
        return email;
    }

    /// <summary>What a refused change could have left behind.</summary>
    private static async Task<string> StateAsync(OutageLab lab) => string.Join(
        ", ",
        await lab.CountAsync("SELECT COUNT(*) FROM users"),
        await lab.CountAsync("SELECT SUM(version) FROM users"),
        await lab.CountAsync("SELECT SUM(epoch) FROM users"),
        await lab.CountAsync("SELECT COUNT(*) FROM users WHERE disabled_at IS NOT NULL OR name = 'x'"),
        await lab.CountAsync("SELECT COUNT(*) FROM workspaces"),
        // Refusals are told of; nothing else happened.
        await lab.CountAsync("SELECT COUNT(*) FROM audit_events WHERE outcome = 'success'"));

    /// <summary>Waits until it holds, and tells how long that took from when Redis was there again.</summary>
    private static async Task BackAsync(string how, Func<Task<bool>> holds)
    {
        var since = Stopwatch.GetTimestamp();
        await Poll.UntilAsync(holds);
        TestContext.Current.TestOutputHelper?.WriteLine($"back after {how}: {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms");
    }
}
