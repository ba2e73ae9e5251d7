using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Embedded;

/// <summary>The memory is bounded: copies go, whatever protects is refused instead (spec C13); and the hot path is idle of cost.</summary>
public sealed class BoundTests(PostgresServer postgres) : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly FakeClock clock = new();

    [Fact]
    public async Task The_oldest_copies_go_over_all_shards()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock, new(Facts: 10));
        for (var i = 0; i < 15; i++)
            await store.ExchangeAsync([Putting($"s{i}", 1), Putting("s0", i + 1)], Cancel);

        ReadFact[] reads = [.. Enumerable.Range(0, 15).Select(i => new ReadFact($"s{i}", "f"))];
        await store.ExchangeAsync(reads, Cancel);
        Assert.Equal(10, reads.Count(r => r.Answer is not null));
        Assert.All(reads[1..5], r => Assert.Null(r.Answer));
    }

    [Fact]
    public async Task Marks_records_claims_and_fences_are_refused_rather_than_dropped()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock, new(Records: 2, Marks: 2, Claims: 2, Fences: 2));
        var kinds = new Func<string, Question>[]
        {
            key => Ask.Opening("u", key, clock.UtcNow),
            key => new SetMark("u", key) { Until = clock.UtcNow + Ask.Hour },
            key => new Claim("u", key) { Until = clock.UtcNow + Ask.Hour },
            key => new Claim("v", key) { Until = clock.UtcNow + Ask.Hour, Forgettable = true },
            key => new FenceFact("u", key) { Least = 1, Until = clock.UtcNow + Ask.Hour },
        };
        foreach (var kind in kinds)
        {
            for (var i = 0; i < 2 && kind("k") is not Claim { Forgettable: true }; i++)
                await store.ExchangeAsync([kind($"k{i}")], Cancel);
            await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.ExchangeAsync([kind("one_more")], Cancel).AsTask());
        }

        var (mark, list) = (new IsMarked("u", "k0"), new ListSet("u", "sessions"));
        await store.ExchangeAsync([mark, list], Cancel);
        Assert.True(mark.Answer);
        Assert.Equal(2, list.Answer.Count);

        // What is over makes room.
        clock.Advance(Ask.Hour);
        await store.SweepAsync();
        foreach (var kind in kinds)
            await store.ExchangeAsync([kind("one_more")], Cancel);
    }

    [Fact]
    public async Task Asking_for_unknown_names_takes_no_memory()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        for (var i = 0; i < 100; i++)
        {
            await store.ExchangeAsync(
            [
                new TouchRecord($"s{i}", "a"), new IsMarked($"t{i}", "a"), new ReadFact($"u{i}", "a"), new ListSet($"v{i}", "a"), new Take($"w{i}", "a"),
                Ask.Ending($"x{i}", "a"), new ReplaceRecord($"y{i}", "a") { ExpectedVersion = 1, Data = "" },
            ], Cancel);
        }

        Assert.Equal(0, store.Shards);
    }

    [Fact]
    public async Task What_every_request_asks_needs_no_database_and_next_to_no_memory()
    {
        var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        await store.ExchangeAsync([Ask.Opening("u", "a", clock.UtcNow), Putting("u", 1)], Cancel);
        await database.WriteAsync(t => t.ExecuteAsync("DROP TABLE coordination_records"), Cancel);

        Question[] questions = [new TouchRecord("u", "a"), new IsMarked("u", "m"), new ReadFact("u", "f")];
        await store.ExchangeAsync(questions, Cancel);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Assert.True(store.ExchangeAsync(questions, Cancel).AsTask().IsCompletedSuccessfully);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
        await database.DisposeAsync();
    }

    public void Dispose() => folder.Dispose();

    private PutFact Putting(string shard, long version) => new(shard, "f") { Version = version, Data = "copy", Until = clock.UtcNow + Ask.Hour };
}
