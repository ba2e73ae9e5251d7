using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Embedded;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Embedded;

/// <summary>What a restart must not forget, because forgetting it would let someone in.</summary>
public sealed class DurabilityTests(PostgresServer postgres) : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly FakeClock clock = new();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_crash_forgets_no_session_no_tombstone_no_mark_and_no_claim(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var before = await CoordinationLab.EmbeddedAsync(database, clock);
        await before.ExchangeAsync(
        [
            Opening("b"), Opening("a"), Opening("c", limit: 2), Ask.Ending("u", "a"), new ReplaceRecord("u", "c") { ExpectedVersion = 1, Data = "newer" },
            new SetMark("u", "jti") { Until = clock.UtcNow + Ask.Hour }, Claiming("spent"), Claiming("taken"), Claiming("loose", forgettable: true),
            Opening("d"), new PutFact("u", "f") { Version = 1, Data = "copy", Until = clock.UtcNow + Ask.Hour },
        ], Cancel);
        await before.ExchangeAsync([new Take("u", "taken")], Cancel);

        // Nobody disposed of the first one: that is a crash.
        await using var after = await CoordinationLab.EmbeddedAsync(database, clock);
        var list = new ListSet("u", "sessions");
        var (a, b, c) = (new ReadRecord("u", "a"), new ReadRecord("u", "b"), new ReadRecord("u", "c"));
        var (mark, spent, taken, loose, fact) = (new IsMarked("u", "jti"), Claiming("spent"), new Take("u", "taken"), new Take("u", "loose"), new ReadFact("u", "f"));
        await after.ExchangeAsync([list, a, b, c, mark, spent, taken, loose, fact], Cancel);

        Assert.Equal(["c", "d"], list.Answer.Select(r => r.Key));
        Assert.Equal(("signed_out", "evicted"), (a.Answer!.Ended, b.Answer!.Ended));
        Assert.Equal(new StoredRecord("c", "newer", 2, clock.UtcNow + TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), clock.UtcNow), c.Answer);
        Assert.True(mark.Answer);
        Assert.False(spent.Granted);
        Assert.Null(taken.Answer);
        Assert.Null(loose.Answer);
        Assert.Null(fact.Answer);
        await before.DisposeAsync();
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Touches_are_written_behind_and_at_the_end(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var before = await CoordinationLab.EmbeddedAsync(database, clock);
        await before.ExchangeAsync([Opening("a"), Opening("b")], Cancel);
        clock.Advance(TimeSpan.FromMinutes(14));
        await before.ExchangeAsync([new TouchRecord("u", "a")], Cancel);
        await before.DisposeAsync();

        clock.Advance(TimeSpan.FromMinutes(2));
        await using var after = await CoordinationLab.EmbeddedAsync(database, clock);
        var list = new ListSet("u", "sessions");
        await after.ExchangeAsync([list], Cancel);
        Assert.Equal(("a", clock.UtcNow - TimeSpan.FromMinutes(2)), (Assert.Single(list.Answer).Key, list.Answer[0].SeenAt));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_change_that_cannot_be_written_is_not_made(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        await store.ExchangeAsync([Opening("a", limit: 1)], Cancel);
        await database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE coordination_records RENAME TO elsewhere"), Cancel);
        var (claim, open) = (Claiming("n"), Opening("b", limit: 1));
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.ExchangeAsync([claim, open], Cancel).AsTask());
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.ExchangeAsync([new SetMark("u", "m") { Until = clock.UtcNow + Ask.Hour }], Cancel).AsTask());

        var (list, marked, take) = (new ListSet("u", "sessions"), new IsMarked("u", "m"), new Take("u", "n"));
        await store.ExchangeAsync([list, marked], Cancel);
        Assert.False(claim.Granted);
        Assert.Equal("a", Assert.Single(list.Answer).Key);
        Assert.False(marked.Answer);

        await database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE elsewhere RENAME TO coordination_records"), Cancel);
        await store.ExchangeAsync([take, Opening("b", limit: 1)], Cancel);
        Assert.Null(take.Answer);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_is_over_leaves_memory_and_database(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        await store.ExchangeAsync(
        [
            Opening("a"), Opening("b"), Ask.Ending("u", "b"), Claiming("n"), new SetMark("u", "m") { Until = clock.UtcNow + Ask.Hour },
            new FenceFact("u", "f") { Least = 1, Until = clock.UtcNow + Ask.Hour }, new SetMark("v", "stays") { Until = clock.UtcNow + 3 * Ask.Hour },
        ], Cancel);
        await store.SweepAsync();
        Assert.Equal((2, 5), (store.Shards, await RowsAsync(database)));

        clock.Advance(2 * Ask.Hour);
        await store.SweepAsync();
        Assert.Equal((1, 1), (store.Shards, await RowsAsync(database)));
        // A shard that was swept away begins anew.
        await store.ExchangeAsync([Opening("a")], Cancel);
        Assert.Equal(2, store.Shards);
    }

    [Fact]
    public async Task A_sweep_beside_changes_loses_nothing()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        var changing = Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
                await store.ExchangeAsync([new Claim($"s{i}", $"n{n}") { Until = clock.UtcNow + Ask.Hour }, new Take($"s{i + 1}", $"n{n}")], Cancel);
        }, Cancel)));
        while (!changing.IsCompleted)
            await store.SweepAsync();
        await changing;

        Claim[] again = [.. Enumerable.Range(0, 8).Select(n => new Claim("s0", $"n{n}") { Until = clock.UtcNow + Ask.Hour })];
        await store.ExchangeAsync(again, Cancel);
        Assert.All(again, claim => Assert.False(claim.Granted));
    }

    [Fact]
    public async Task Cannot_change_records_from_within_a_database_transaction()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        await database.WriteAsync(async t =>
        {
            await store.ExchangeAsync([new FenceFact("u", "f") { Least = 2, Until = clock.UtcNow + Ask.Hour }, new ReadRecord("u", "a")], Cancel);
            await Assert.ThrowsAsync<InvalidOperationException>(() => store.ExchangeAsync([Opening("a")], Cancel).AsTask());
        }, Cancel);
        await store.ExchangeAsync([Opening("a")], Cancel);
    }

    [Fact]
    public async Task Cannot_be_asked_before_it_was_loaded()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = new EmbeddedCoordination(database, clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<EmbeddedCoordination>.Instance);
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.ExchangeAsync([new IsMarked("u", "m")], Cancel).AsTask());
        Assert.False(await store.PingAsync(Cancel));
    }

    public void Dispose() => folder.Dispose();

    private OpenRecord Opening(string key, int limit = 5) => Ask.Opening("u", key, clock.UtcNow, limit: limit);

    private Claim Claiming(string key, bool forgettable = false) => new("u", key) { Until = clock.UtcNow + Ask.Hour, Forgettable = forgettable };

    private static Task<long> RowsAsync(Database database) =>
        database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM coordination_records"), Cancel);
}
