using System.Net;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions;

/// <summary>What happened to a session is in the audit, whoever left meanwhile and whatever else failed.</summary>
public sealed class TraceTests
{
    private const string Email = "user1@example.com";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static async Task<(LiveServer Server, SteeredStore Store)> StartAsync()
    {
        var server = await LiveServer.StartAsync(change: services =>
        {
            SteeredStore.Use(services);
            Visitor.Addresses(services);
        });
        await server.SignUpAsync();
        return (server, server.Services.GetRequiredService<SteeredStore>());
    }

    private static Task<long> CountAsync(LiveServer server, string name) => server.Database.ReadAsync(
        r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = @name", new { name }), Cancel);

    [Theory]
    [InlineData("logout", "logout")]
    [InlineData("logout", "session_terminated")]
    [InlineData("refresh", "token_refresh")]
    [InlineData("revoke", "token_revoked")]
    [InlineData("login", "login")]
    [InlineData("sessions", "session_terminated")]
    public async Task A_client_that_leaves_in_the_middle_leaves_its_trace(string act, string told)
    {
        var (server, store) = await StartAsync();
        await using var _ = server;
        using var visitor = new Visitor(server);
        var login = await visitor.SignInAsync(Email, "api");
        var before = await CountAsync(server, told);
        store.LeaveAtTheNextChange();
        await (act switch
        {
            "login" => visitor.PostAsync("auth/login", new { email = Email, password = LiveServer.Password }),
            "refresh" => visitor.PostAsync("auth/refresh", new { refresh_token = login.Json.GetProperty("refresh_token").GetString() }),
            "revoke" => visitor.PostAsync("auth/revoke", new { token = visitor.Token }),
            "sessions" => visitor.SendAsync(HttpMethod.Delete, "sessions?except=current"),
            _ => visitor.PostAsync("auth/logout"),
        });
        Assert.Equal(before + 1, await CountAsync(server, told));
    }

    [Fact]
    public async Task Notices_that_cannot_be_sent_cost_neither_the_ending_nor_its_trace()
    {
        var (server, store) = await StartAsync();
        await using var _ = server;
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email);
        await visitor.SignInAsync(Email, "api");
        store.IsMute = true;
        Assert.Equal(HttpStatusCode.NoContent, (await visitor.SendAsync(HttpMethod.Delete, "sessions")).Status);
        Assert.Equal(3, await CountAsync(server, "session_terminated")); // signing up was one, too
    }

    [Fact]
    public async Task A_proof_that_cannot_be_told_of_does_not_count()
    {
        var (server, _) = await StartAsync();
        await using var __ = server;
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email);
        visitor.Address = "198.51.100.20";
        await server.Database.WriteAsync(t => t.ExecuteAsync(
            "CREATE TRIGGER deaf BEFORE INSERT ON audit_events WHEN NEW.name = 'step_up_succeeded' BEGIN SELECT RAISE(ABORT, 'full'); END"), Cancel);
        Assert.Equal(500, (int)(await visitor.PostAsync("auth/step-up", new { password = LiveServer.Password })).Status);
        Assert.Equal((401, "step_up_required"), (await visitor.GetAsync("auth/me")).Outcome);
    }
}
