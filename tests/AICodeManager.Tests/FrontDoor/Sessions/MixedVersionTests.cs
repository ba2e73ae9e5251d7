using System.Net;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions;

/// <summary>Nodes of two versions read each other's records while one replaces the other.</summary>
public sealed class MixedVersionTests
{
    private const string Email = "user1@example.com";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static async Task<(LiveServer Server, Visitor Visitor, Guid User, ICoordination Store)> StartAsync()
    {
        var server = await LiveServer.StartAsync(change: Visitor.Addresses);
        await server.SignUpAsync();
        var visitor = new Visitor(server);
        await visitor.SignInAsync(Email);
        var user = Guid.Parse((await visitor.GetAsync("auth/me")).Json.GetProperty("id").GetString()!);
        return (server, visitor, user, server.Services.GetRequiredService<ICoordination>());
    }

    private static async Task RewriteAsync(ICoordination store, Guid user, Func<StoredRecord, string> change)
    {
        var shard = StandingStore.ShardOf(user);
        var list = new ListSet(shard, SessionStore.Set);
        await store.ExchangeAsync([list], Cancel);
        foreach (var record in list.Answer)
        {
            await store.ExchangeAsync([new ReplaceRecord(shard, record.Key) { ExpectedVersion = record.Version, Data = change(record) }], Cancel);
        }
    }

    [Fact]
    public async Task A_member_that_a_later_version_adds_is_passed_over()
    {
        var (server, visitor, user, store) = await StartAsync();
        await using var _ = server;
        using var __ = visitor;
        var vault = server.Services.GetRequiredService<FieldVault>();
        await RewriteAsync(store, user, record =>
        {
            var text = vault.Open(record.Data, SealedSessions.PlaceOf(user, record.Key, record.Version))!;
            return vault.Seal(text[..^1] + ",\"added_later\":{\"deep\":[1]}}", SealedSessions.PlaceOf(user, record.Key, record.Version + 1));
        });
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("auth/me")).Status);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("sessions")).Status);
    }

    [Theory]
    [InlineData("{\"quite\":\"different\"}")]
    [InlineData("v2.sealed")]
    [InlineData("null")]
    public async Task A_session_that_cannot_be_read_is_over_and_nothing_fails_because_of_it(string text)
    {
        var (server, visitor, user, store) = await StartAsync();
        await using var _ = server;
        using var __ = visitor;
        await RewriteAsync(store, user, _ => text);
        Assert.Equal((401, "session_ended"), (await visitor.GetAsync("auth/me")).Outcome);
        for (var round = 0; round < 5; round++)
        {
            await visitor.SignInAsync(Email); // the unreadable ones make room
        }

        Assert.Equal(HttpStatusCode.NoContent, (await visitor.SendAsync(HttpMethod.Delete, "sessions")).Status);
    }

    [Theory]
    [InlineData("{\"version\":\"another form\"}")]
    [InlineData("v2.sealed")]
    public async Task A_copy_of_a_standing_that_cannot_be_read_is_read_from_the_account(string text)
    {
        var (server, visitor, user, store) = await StartAsync();
        await using var _ = server;
        using var __ = visitor;
        await store.ExchangeAsync(
            [new PutFact(StandingStore.ShardOf(user), StandingStore.FactKey) { Version = 1000, Data = text, Until = DateTimeOffset.UtcNow.AddMinutes(5) }], Cancel);
        Assert.Equal(HttpStatusCode.OK, (await visitor.GetAsync("auth/me")).Status);
    }
}
