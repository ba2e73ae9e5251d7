using System.Net;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions;

/// <summary>What a node still lets in while the shared store does not answer (issue 3, item 8).</summary>
public sealed class OutageMemoryTests
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

    [Fact]
    public async Task A_reader_goes_on_and_a_writer_does_not()
    {
        var (server, store) = await StartAsync();
        await using var _ = server;
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, "api");
        await visitor.GetAsync("auth/me");
        store.IsDown = true;
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("auth/me")).Status);
        Assert.Equal((503, "coordination_unavailable"), (await visitor.PostAsync("auth/logout")).Outcome);
        Assert.Equal((503, "coordination_unavailable"), (await visitor.GetAsync("Admin/audit")).Outcome);
    }

    [Theory]
    [InlineData("auth/logout", "POST")]
    [InlineData("sessions", "DELETE")]
    public async Task Not_with_a_session_that_this_node_has_ended(string path, string method)
    {
        var (server, store) = await StartAsync();
        await using var _ = server;
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, "api");
        await visitor.GetAsync("auth/me");
        Assert.Equal(HttpStatusCode.NoContent, (await visitor.SendAsync(new(method), path)).Status);
        store.IsDown = true;
        Assert.Equal((503, "coordination_unavailable"), (await visitor.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task Not_with_a_token_that_this_node_has_revoked()
    {
        var (server, store) = await StartAsync();
        await using var _ = server;
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, "api");
        await visitor.PostAsync("auth/revoke", new { token = visitor.Token });
        store.IsDown = true;
        Assert.Equal((503, "coordination_unavailable"), (await visitor.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task Not_with_the_cookie_from_before_a_step_up()
    {
        var (server, store) = await StartAsync();
        await using var _ = server;
        using var visitor = new Visitor(server);
        using var thief = new Visitor(server);
        await visitor.SignInAsync(Email);
        await visitor.GetAsync("auth/me");
        thief.Cookies["__Host-aicli_session"] = visitor.Cookies["__Host-aicli_session"];
        Assert.Equal(HttpStatusCode.NoContent, (await visitor.PostAsync("auth/step-up", new { password = LiveServer.Password })).Status);
        store.IsDown = true;
        Assert.Equal((503, "coordination_unavailable"), (await thief.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task Not_with_a_session_that_was_said_to_be_over()
    {
        var (server, store) = await StartAsync();
        await using var _ = server;
        using var visitor = new Visitor(server);
        await visitor.SignInAsync(Email, "api");
        var user = Guid.Parse((await visitor.GetAsync("auth/me")).Json.GetProperty("id").GetString()!);
        // Another node ends them all, and its notices are lost.
        await store.ExchangeAsync(
            [new EndSet(StandingStore.ShardOf(user), SessionStore.Set) { Reason = SessionEnd.Forced, TombstoneFor = TimeSpan.FromDays(1) }], Cancel);
        Assert.Equal((401, "session_ended"), (await visitor.GetAsync("auth/me")).Outcome);
        store.IsDown = true;
        Assert.Equal((503, "coordination_unavailable"), (await visitor.GetAsync("auth/me")).Outcome);
    }
}
