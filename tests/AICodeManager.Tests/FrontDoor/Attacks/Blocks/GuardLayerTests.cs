using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Attacks.Blocks;

/// <summary>What turning a blocked network away costs, and what goes on all the same.</summary>
public sealed class GuardLayerTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly CountingHasher hasher = new();

    [Theory]
    [InlineData("all", 403, "blocked")]
    [InlineData("sign_in", 429, "sign_in_blocked")]
    public async Task Refusing_costs_no_hash_no_exchange_and_no_database(string scope, int status, string code)
    {
        await using var server = await StartAsync();
        using var admin = await BlockNodesTests.AdminAsync(server);
        var store = server.Services.GetRequiredService<CountedStore>();
        await admin.PostAsync("admin/blocks", new { network = "203.0.113.7", scope });
        using var stranger = new Visitor(server, "203.0.113.7");
        // The twenty that are looked at, for they may have a device to show.
        for (var i = 0; i < 20; i++)
        {
            await GuessAsync(stranger);
        }

        var (hashes, exchanges) = (hasher.Verifications, store.Exchanges);
        // Whoever asks for an account now fails.
        await server.Database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE users RENAME TO users_away"), Cancel);
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal((status, code), await GuessAsync(stranger));
        }

        Assert.Equal((hashes, exchanges), (hasher.Verifications, store.Exchanges));
    }

    [Fact]
    public async Task One_refusal_a_minute_is_written_down()
    {
        await using var server = await StartAsync();
        using var admin = await BlockNodesTests.AdminAsync(server);
        await admin.PostAsync("admin/blocks", new { network = "203.0.113.7" });
        using var stranger = new Visitor(server, "203.0.113.7");
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal((403, "blocked"), (await stranger.GetAsync("auth/me")).Outcome);
        }

        // Written behind the answers, so asked for by one that comes after all of them.
        await stranger.GetAsync("auth/me");
        await Poll.UntilAsync(async () => await ToldAsync(server) > 0);
        Assert.Equal(1, await ToldAsync(server));
    }

    [Fact]
    public async Task Who_is_only_kept_from_signing_in_goes_on_with_a_session_and_comes_in_with_a_known_device()
    {
        await using var server = await StartAsync();
        using var admin = await BlockNodesTests.AdminAsync(server);
        var email = "owner@example.com";
        using var owner = new Visitor(server, "203.0.113.7");
        await owner.PostAsync("auth/register", new { email, password = LiveServer.Password });
        await owner.SignInAsync(email);
        await admin.PostAsync("admin/blocks", new { network = "203.0.113.7", scope = "sign_in" });

        Assert.Equal((200, null), (await owner.GetAsync("auth/me")).Outcome);
        Assert.Equal((200, null), (await owner.SignInAsync(email)).Outcome);
        using var stranger = new Visitor(server, "203.0.113.7");
        Assert.Equal(
            (429, "sign_in_blocked"), (await stranger.PostAsync("auth/login", new { email, password = LiveServer.Password })).Outcome);
        Assert.Equal(
            (429, "sign_in_blocked"), (await stranger.PostAsync("AUTH/Register/", new { email = "n@example.com", password = LiveServer.Password })).Outcome);
    }

    private async Task<LiveServer> StartAsync() => await LiveServer.StartAsync(change: services =>
    {
        Visitor.Addresses(services);
        services.AddSingleton<IPasswordHasher<AICodeManager.Server.FrontDoor.Accounts.Account>>(hasher);
        CountedStore.Use(services);
    });

    private static async Task<(int, string?)> GuessAsync(Visitor stranger) =>
        (await stranger.PostAsync("auth/login", new { email = "a@example.com", password = "not the password" })).Outcome;

    private static Task<long> ToldAsync(LiveServer server) => server.Database.ReadAsync(
        r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'request_refused' AND reason = 'blocked'"), Cancel);
}
