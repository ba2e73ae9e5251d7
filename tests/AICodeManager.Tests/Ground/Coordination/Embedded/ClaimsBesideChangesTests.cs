using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Embedded;

/// <summary>
/// Claims are granted beside changes that are planned, but not written yet. Each test holds the database's write lock
/// at the moment that would let two have one name, or let a late row undo an early one; on PostgreSQL where the change
/// must have been planned by then, because SQLite's calls do not return meanwhile.
/// </summary>
public sealed class ClaimsBesideChangesTests(PostgresServer postgres) : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly FakeClock clock = new();

    [Fact]
    public async Task Cannot_claim_what_a_planned_change_claims()
    {
        await using var database = await Databases.NewAsync("postgresql", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        var (first, second) = (Claiming("n", "first"), Claiming("n", "second"));
        Task change;
        await using (await HeldDatabase.HoldAsync(database, Cancel))
        {
            change = store.ExchangeAsync([Opening("a"), first], Cancel).AsTask();
            Assert.True(store.ExchangeAsync([second], Cancel).AsTask().IsCompletedSuccessfully);
            Assert.Equal((false, "first", false), (second.Granted, second.Held, first.Granted));
        }

        await change;
        Assert.True(first.Granted);
        Assert.Equal("first", await HeldAfterCrashAsync(database, "n"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_planned_change_cannot_claim_what_is_claimed_meanwhile(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        var (first, second) = (Claiming("n", "first"), Claiming("n", "second"));
        Task claim, change;
        await using (await HeldDatabase.HoldAsync(database, Cancel))
        {
            claim = store.ExchangeAsync([first], Cancel).AsTask();
            change = Task.Run(() => store.ExchangeAsync([Opening("a"), second], Cancel).AsTask(), Cancel);
        }

        await Task.WhenAll(claim, change);
        Assert.Equal((true, false, "first"), (first.Granted, second.Granted, second.Held));
        Assert.Equal("first", await HeldAfterCrashAsync(database, "n"));
    }

    [Fact]
    public async Task What_is_being_taken_cannot_be_claimed_until_it_is_gone_even_when_its_time_passes()
    {
        await using var database = await Databases.NewAsync("postgresql", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        await store.ExchangeAsync([Claiming("n", "first")], Cancel);
        var (take, second) = (new Take("u", "n"), Claiming("n", "second"));
        Task taking;
        await using (await HeldDatabase.HoldAsync(database, Cancel))
        {
            taking = store.ExchangeAsync([take], Cancel).AsTask();
            clock.Advance(Ask.Hour);
            // Granted now, its row could be deleted by the one that takes the first.
            Assert.True(store.ExchangeAsync([second], Cancel).AsTask().IsCompletedSuccessfully);
            Assert.False(second.Granted);
        }

        await taking;
        Assert.Equal("first", take.Answer);
        second = Claiming("n", "second");
        await store.ExchangeAsync([second], Cancel);
        Assert.True(second.Granted);
        Assert.Equal("second", await HeldAfterCrashAsync(database, "n"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_is_taken_while_its_row_is_on_its_way_does_not_come_back(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        var (claim, take) = (Claiming("n", "first"), new Take("u", "n"));
        Task claiming, taking;
        await using (await HeldDatabase.HoldAsync(database, Cancel))
        {
            claiming = store.ExchangeAsync([claim], Cancel).AsTask();
            taking = store.ExchangeAsync([take], Cancel).AsTask();
        }

        await Task.WhenAll(claiming, taking);
        Assert.Equal((true, "first"), (claim.Granted, take.Answer));
        Assert.Null(await HeldAfterCrashAsync(database, "n"));
    }

    [Fact]
    public async Task What_is_claimed_and_taken_at_once_leaves_the_name_to_whoever_claims_it_meanwhile()
    {
        await using var database = await Databases.NewAsync("postgresql", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        var (claim, take, second) = (Claiming("n", "first"), new Take("u", "n"), Claiming("n", "second"));
        Task change, claiming;
        await using (await HeldDatabase.HoldAsync(database, Cancel))
        {
            change = store.ExchangeAsync([Opening("a"), claim, take], Cancel).AsTask();
            claiming = store.ExchangeAsync([second], Cancel).AsTask();
        }

        await Task.WhenAll(change, claiming);
        Assert.Equal((true, "first", true), (claim.Granted, take.Answer, second.Granted));
        await store.ExchangeAsync([claim], Cancel);
        Assert.False(claim.Granted);
        Assert.Equal("second", await HeldAfterCrashAsync(database, "n"));
    }

    [Fact]
    public async Task A_change_that_fails_gives_nothing_and_takes_nothing()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        await store.ExchangeAsync([Claiming("kept", "there")], Cancel);
        await database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE coordination_records RENAME TO elsewhere"), Cancel);
        var (claim, take) = (Claiming("n", "first"), new Take("u", "kept"));
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => store.ExchangeAsync([take, claim], Cancel).AsTask());
        await database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE elsewhere RENAME TO coordination_records"), Cancel);
        Assert.Equal((null, false), (take.Answer, claim.Granted));

        await store.ExchangeAsync([claim, take], Cancel);
        Assert.Equal(("there", false), (take.Answer, claim.Granted));
    }

    [Fact]
    public async Task Parallel_claims_takes_changes_and_sweeps_grant_each_name_once()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var store = await CoordinationLab.EmbeddedAsync(database, clock);
        List<Claim> all = [];
        var asking = Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                Claim[] claims = [Claiming($"n{i}", $"{worker}"), Claiming($"m{i}", $"{worker}")];
                lock (all)
                    all.AddRange(claims);
                await store.ExchangeAsync(worker % 4 == 0 ? [Opening($"r{worker}"), .. claims] : [.. claims, new TouchRecord("u", "r0")], Cancel);
                await store.ExchangeAsync([new Take("u", $"m{i}")], Cancel);
            }
        }, Cancel)));
        while (!asking.IsCompleted)
            await store.SweepAsync();
        await asking;

        Assert.All(all.Where(c => c.Key[0] == 'n').GroupBy(c => c.Key), name => Assert.Single(name, claim => claim.Granted));
        Claim[] again = [.. Enumerable.Range(0, 40).Select(i => Claiming($"n{i}", "late"))];
        await store.ExchangeAsync(again, Cancel);
        Assert.All(again, claim => Assert.False(claim.Granted));
        // Memory and database agree.
        await using var after = await CoordinationLab.EmbeddedAsync(database, clock);
        await after.ExchangeAsync(again, Cancel);
        Assert.All(again, claim => Assert.Equal(all.Single(c => c.Key == claim.Key && c.Granted).Value, claim.Held));
    }

    public void Dispose() => folder.Dispose();

    private OpenRecord Opening(string key) => Ask.Opening("u", key, clock.UtcNow);

    private Claim Claiming(string key, string value) => new("u", key) { Value = value, Until = clock.UtcNow + Ask.Hour };

    /// <summary>What stands under a name for a new store on the same database.</summary>
    private async Task<string?> HeldAfterCrashAsync(Database database, string key)
    {
        await using var after = await CoordinationLab.EmbeddedAsync(database, clock);
        var claim = Claiming(key, "probe");
        await after.ExchangeAsync([claim], Cancel);
        return claim.Held;
    }
}
