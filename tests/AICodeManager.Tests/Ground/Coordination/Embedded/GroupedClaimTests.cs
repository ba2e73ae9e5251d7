using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Embedded;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Ground.Coordination.Embedded;

/// <summary>Claims of many requests share transactions, and are nevertheless granted once, also over a crash (spec B4, C7).</summary>
public sealed class GroupedClaimTests(PostgresServer postgres) : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly FakeClock clock = new();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Ten_thousand_claims_cost_a_handful_of_transactions_and_outlive_a_crash(string kind)
    {
        const int waves = 4, each = 2500;
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var before = await CoordinationLab.EmbeddedAsync(database, clock);
        for (var wave = 0; wave < waves; wave++)
        {
            Claim[] claims = [.. Enumerable.Range(0, each).Select(i => Claiming($"u{i % 7}", $"n{wave}-{i}"))];
            Task[] asked;
            await using (await HeldAsync(database))
                asked = [.. claims.Select(claim => before.ExchangeAsync([claim], Cancel).AsTask())];
            await Task.WhenAll(asked);
            Assert.All(claims, claim => Assert.True(claim.Granted));
        }

        Assert.InRange(before.ClaimTransactions, waves, waves * 5);
        if (kind == "postgresql")
        {
            Assert.Equal(
                before.ClaimTransactions,
                await database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(DISTINCT xmin::text) FROM coordination_records"), Cancel));
        }

        // Nobody disposed of the first one: that is a crash.
        await using var after = await CoordinationLab.EmbeddedAsync(database, clock);
        Claim[] again = [.. Enumerable.Range(0, waves * each).Select(i => Claiming($"u{i % each % 7}", $"n{i / each}-{i % each}", "other"))];
        foreach (var claim in again)
            await after.ExchangeAsync([claim], Cancel);
        Assert.All(again, claim => Assert.Equal((false, "mine"), (claim.Granted, claim.Held)));
        Assert.Equal(0, after.ClaimTransactions);

        clock.Advance(Ask.Hour + TimeSpan.FromMinutes(2));
        await after.SweepAsync();
        Assert.Equal((0, 0), (after.Shards, await RowsAsync(database)));
        await before.DisposeAsync();
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Of_64_parallel_claims_of_one_name_one_is_granted(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        for (var round = 0; round < 10; round++)
        {
            Claim[] claims = [.. Enumerable.Range(0, 64).Select(i => Claiming("u", $"n{round}", $"{i}"))];
            using var start = new Barrier(8);
            await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait(Cancel);
                    return Task.WhenAll(claims.Skip(worker * 8).Take(8).Select(claim => store.ExchangeAsync([claim], Cancel).AsTask()));
                },
                Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
            var winner = Assert.Single(claims, claim => claim.Granted);
            Assert.All(claims, claim => Assert.Equal(claim == winner ? null : winner.Value, claim.Held));
        }

        Assert.InRange(store.ClaimTransactions, 1, 10);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_claim_that_could_not_be_written_is_granted_to_nobody_until_its_time(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        await database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE coordination_records RENAME TO elsewhere"), Cancel);
        var claim = Claiming("u", "n");
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.ExchangeAsync([claim], Cancel).AsTask());
        Assert.False(claim.Granted);
        await database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE elsewhere RENAME TO coordination_records"), Cancel);

        var (again, take) = (Claiming("u", "n"), new Take("u", "n"));
        await store.ExchangeAsync([again], Cancel);
        await store.ExchangeAsync([take], Cancel);
        await store.SweepAsync();
        await store.ExchangeAsync([Ask.Opening("u", "a", clock.UtcNow), again], Cancel);
        Assert.False(again.Granted);
        Assert.Null(take.Answer);

        clock.Advance(Ask.Hour);
        again = Claiming("u", "n");
        await store.ExchangeAsync([again], Cancel);
        Assert.True(again.Granted);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_claim_that_is_written_too_late_is_refused_and_stays_claimed_over_a_crash(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var store = new EmbeddedCoordination(database, clock, NullLogger<EmbeddedCoordination>.Instance) { Patience = TimeSpan.FromMilliseconds(50) };
        await store.StartAsync(Cancel);
        var (claim, again) = (Claiming("u", "n"), new Claim("u", "n") { Until = clock.UtcNow + 3 * Ask.Hour });
        await using (await HeldAsync(database))
        {
            await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.ExchangeAsync([claim], Cancel).AsTask());
            // Its time alone frees nothing whose row may still arrive, nor does a sweep.
            clock.Advance(Ask.Hour);
            await store.SweepMemoryAsync();
            Assert.True(store.ExchangeAsync([again], Cancel).AsTask().IsCompletedSuccessfully);
            Assert.Equal((false, false, "mine"), (claim.Granted, again.Granted, again.Held));
            clock.Advance(-Ask.Hour);
        }

        // The end writes what waits.
        await store.DisposeAsync();
        await using var after = await CoordinationLab.EmbeddedAsync(database, clock);
        await after.ExchangeAsync([again], Cancel);
        Assert.Equal((false, false), (claim.Granted, again.Granted));
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.ExchangeAsync([Claiming("u", "late")], Cancel).AsTask());
    }

    [Fact]
    public async Task A_line_that_is_full_refuses_and_holds_no_name()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        List<Task> asked = [];
        Claim? refused = null;
        await using (await HeldAsync(database))
        {
            // What the writer has taken already comes on top of the line.
            for (var i = 0; refused is null; i++)
            {
                Assert.InRange(i, 0, 2 * ClaimWriter.MostQueued);
                var claim = Claiming("u", $"n{i}");
                try
                {
                    asked.Add(store.ExchangeAsync([claim], Cancel).AsTask());
                }
                catch (CoordinationUnavailableException)
                {
                    refused = claim;
                }
            }
        }

        await Task.WhenAll(asked);
        await store.ExchangeAsync([refused], Cancel);
        Assert.True(refused.Granted);
        Assert.Equal(asked.Count + 1, await RowsAsync(database));
    }

    [Fact]
    public async Task Claims_that_a_restart_may_forget_never_reach_the_database()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        var (touch, fact, claim) = (new TouchRecord("u", "a"), new ReadFact("u", "f"), Claiming("u", "n", forgettable: true));
        await store.ExchangeAsync([Ask.Opening("u", "a", clock.UtcNow), new PutFact("u", "f") { Version = 1, Data = "copy", Until = clock.UtcNow + Ask.Hour }], Cancel);
        await using (await HeldAsync(database))
            Assert.True(store.ExchangeAsync([touch, fact, claim], Cancel).AsTask().IsCompletedSuccessfully);
        Assert.Equal(("data", "copy", true), (touch.Answer?.Data, fact.Answer, claim.Granted));
        Assert.Equal(0, store.ClaimTransactions);
    }

    [Fact]
    public async Task Cannot_claim_from_within_a_database_transaction()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        var claim = Claiming("u", "n");
        await database.WriteAsync(async _ =>
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => store.ExchangeAsync([claim], Cancel).AsTask());
            await Assert.ThrowsAsync<InvalidOperationException>(() => store.ExchangeAsync([Claiming("u", "f", forgettable: true)], Cancel).AsTask());
        }, Cancel);
        await store.ExchangeAsync([claim], Cancel);
        Assert.True(claim.Granted);
    }

    public void Dispose() => folder.Dispose();

    private Claim Claiming(string shard, string key, string value = "mine", bool forgettable = false) =>
        new(shard, key) { Value = value, Until = clock.UtcNow + Ask.Hour, Forgettable = forgettable };

    private static Task<HeldDatabase> HeldAsync(Database database) => HeldDatabase.HoldAsync(database, Cancel);

    private static Task<long> RowsAsync(Database database) =>
        database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM coordination_records"), Cancel);
}
