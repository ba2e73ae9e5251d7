using System.Net;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Sessions;

/// <summary>Somebody who can write to the shared store, and no more, has nobody's session by that.</summary>
public sealed class SealedSessionTests(SealedSessionTests.OneServer one) : IClassFixture<SealedSessionTests.OneServer>
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly ICoordination store = one.Live.Services.GetRequiredService<ICoordination>();

    [Fact]
    public async Task The_store_learns_nothing_of_a_session_or_its_user()
    {
        using var visitor = await SignedInAsync();
        var (user, record) = await RecordAsync(visitor);
        Assert.StartsWith("v2.1.", record.Data, StringComparison.Ordinal);
        var fact = new ReadFact(StandingStore.ShardOf(user), StandingStore.FactKey);
        await store.ExchangeAsync([fact], Cancel);
        Assert.StartsWith("v2.1.", fact.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cannot_go_on_with_a_former_state_that_is_put_back()
    {
        using var visitor = await SignedInAsync();
        var (user, before) = await RecordAsync(visitor);
        // A wrong proof is counted in the session: whoever puts the former state back would guess for ever.
        Assert.Equal(401, (int)(await visitor.SendAsync(HttpMethod.Post, "auth/step-up", new { password = "a wrong passphrase" })).Status);
        var (_, after) = await RecordAsync(visitor);
        Assert.True(after.Version > before.Version);

        await PutAsync(user, after, before.Data);
        Assert.Equal((401, "session_ended"), (await visitor.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task Cannot_use_the_session_of_somebody_else_that_is_copied()
    {
        using var victim = await SignedInAsync();
        using var thief = await SignedInAsync();
        var (_, theirs) = await RecordAsync(victim);
        var (user, own) = await RecordAsync(thief);
        await PutAsync(user, own, theirs.Data);
        Assert.Equal((401, "session_ended"), (await thief.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task Cannot_use_a_session_that_was_written_in_clear()
    {
        using var visitor = await SignedInAsync();
        var (user, record) = await RecordAsync(visitor);
        var session = one.Live.Services.GetRequiredService<SessionStore>().Open(user, record)!;
        await PutAsync(user, record, JsonSerializer.Serialize(session, WireJson.Options));
        Assert.Equal((401, "session_ended"), (await visitor.GetAsync("auth/me")).Outcome);
    }

    [Theory]
    [InlineData(0, -1)]
    [InlineData(0, -4)]
    [InlineData(9, 1)]
    public async Task Cannot_use_a_session_that_was_altered(int cut, int length)
    {
        using var visitor = await SignedInAsync();
        var (user, record) = await RecordAsync(visitor);
        await PutAsync(user, record, length < 0 ? record.Data[..^-length] : record.Data.Remove(cut, length));
        Assert.Equal((401, "session_ended"), (await visitor.GetAsync("auth/me")).Outcome);
    }

    [Fact]
    public async Task Cannot_have_another_role_by_a_copy_of_ones_standing()
    {
        using var visitor = await SignedInAsync();
        var (user, _) = await RecordAsync(visitor);
        var standing = (await one.Live.Services.GetRequiredService<StandingStore>().LoadAsync(user, Cancel))!;
        var forged = JsonSerializer.Serialize(standing with { Role = "admin", Version = standing.Version + 1 }, WireJson.Options);
        await store.ExchangeAsync(
            [new PutFact(StandingStore.ShardOf(user), StandingStore.FactKey) { Version = standing.Version + 1, Data = forged, Until = DateTimeOffset.UtcNow.AddMinutes(5) }], Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, (await visitor.GetAsync("admin/users")).Status);
    }

    private async Task<Visitor> SignedInAsync()
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await one.Live.Anonymous().PostAsync("auth/register", new { email, password = LiveServer.Password });
        var visitor = new Visitor(one.Live);
        await visitor.SignInAsync(email);
        return visitor;
    }

    private async Task<(Guid User, StoredRecord Record)> RecordAsync(Visitor visitor)
    {
        var user = Guid.Parse((await visitor.GetAsync("auth/me")).Json.GetProperty("id").GetString()!);
        var list = new ListSet(StandingStore.ShardOf(user), SessionStore.Set);
        await store.ExchangeAsync([list], Cancel);
        return (user, Assert.Single(list.Answer));
    }

    private async Task PutAsync(Guid user, StoredRecord record, string data)
    {
        var replace = new ReplaceRecord(StandingStore.ShardOf(user), record.Key) { ExpectedVersion = record.Version, Data = data };
        await store.ExchangeAsync([replace], Cancel);
        Assert.True(replace.Done);
    }

    public sealed class OneServer : IAsyncLifetime
    {
        public LiveServer Live { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Live = await LiveServer.StartAsync(change: Visitor.Addresses);

        public ValueTask DisposeAsync() => Live.DisposeAsync();
    }
}
