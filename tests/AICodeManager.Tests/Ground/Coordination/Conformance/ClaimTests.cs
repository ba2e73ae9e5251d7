using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Conformance;

/// <summary>What only one may have: nonces, single-use values, marks that stand (spec B4, C7, C13).</summary>
public sealed class ClaimTests(PostgresServer postgres, SharedRedis redis)
{
    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Of_many_who_claim_one_gets_it(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        foreach (var forgettable in (bool[])[false, true])
        {
            var tries = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => lab.AskAsync(Claiming(lab, $"n-{forgettable}", $"{i}", forgettable)))));
            var winner = Assert.Single(tries, t => t.Granted);
            Assert.Null(winner.Held);
            Assert.All(tries, t => Assert.Equal(t.Granted ? null : winner.Value, t.Held));
        }
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Of_many_who_take_one_gets_it(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        foreach (var forgettable in (bool[])[false, true])
        {
            await lab.AskAsync(Claiming(lab, "state", "a:b:그것", forgettable));
            var tries = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => lab.AskAsync(new Take(lab.Shard, "state")))));
            Assert.Equal("a:b:그것", Assert.Single(tries, t => t.Answer is not null).Answer);
        }
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_claim_stands_until_its_time_and_not_longer(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Assert.True((await lab.AskAsync(Claiming(lab, "a"))).Granted);
        lab.Clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        Assert.False((await lab.AskAsync(Claiming(lab, "a"))).Granted);
        lab.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null((await lab.AskAsync(new Take(lab.Shard, "a"))).Answer);
        Assert.True((await lab.AskAsync(Claiming(lab, "a"))).Granted);
        Assert.Equal("", (await lab.AskAsync(new Take(lab.Shard, "a"))).Answer);
        Assert.Null((await lab.AskAsync(new Take(lab.Shard, "a"))).Answer);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_claim_for_a_past_time_is_not_granted(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Assert.False((await lab.AskAsync(new Claim(lab.Shard, "a") { Until = lab.Clock.UtcNow })).Granted);
        Assert.False((await lab.AskAsync(new Claim(lab.Shard, "a") { Until = DateTimeOffset.MinValue })).Granted);
        Assert.True((await lab.AskAsync(new Claim(lab.Shard, "a") { Until = DateTimeOffset.MaxValue })).Granted);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Whoever_comes_second_is_told_what_the_first_put(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        foreach (var (key, value) in new[] { ("a", ""), ("b", "1"), ("c", "0"), ("d", ":"), ("e", "a:b:그것") })
        {
            Claim[] tries = [Claiming(lab, key, value), Claiming(lab, key, "mine")];
            await lab.Store.ExchangeAsync(tries, TestContext.Current.CancellationToken);
            Assert.Equal([(true, null), (false, value)], tries.Select(t => (t.Granted, t.Held)));
            // Within a change, where the answer comes by another way, and for an asker whose time is past.
            var (after, late) = (Claiming(lab, key, "mine"), new Claim(lab.Shard, key) { Until = lab.Clock.UtcNow });
            await lab.Store.ExchangeAsync([lab.Opening("a"), after, late], TestContext.Current.CancellationToken);
            Assert.Equal([(false, value), (false, null)], new[] { after, late }.Select(t => (t.Granted, t.Held)));
            // The same question, asked again, tells nothing old.
            lab.Clock.Advance(TimeSpan.FromMinutes(1));
            var again = new Claim(lab.Shard, key) { Value = "mine", Until = lab.Clock.UtcNow + Ask.Hour, Held = "old" };
            Assert.Equal((true, null), ((await lab.AskAsync(again)).Granted, again.Held));
            await lab.AskAsync(new Take(lab.Shard, key));
        }
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task What_every_signed_request_asks_is_answered_in_one_exchange(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.Store.ExchangeAsync(
            [lab.Opening("a"), new PutFact(lab.Shard, "standing") { Version = 7, Data = "copy", Until = lab.Clock.UtcNow + Ask.Hour }],
            TestContext.Current.CancellationToken);
        foreach (var granted in (bool[])[true, false])
        {
            var (touch, fact, mark, nonce) = (new TouchRecord(lab.Shard, "a"), new ReadFact(lab.Shard, "standing"), new IsMarked(lab.Shard, "m"), Claiming(lab, "n", "key"));
            await lab.Store.ExchangeAsync([touch, fact, mark, nonce], TestContext.Current.CancellationToken);
            Assert.Equal(("data", "copy", false, granted), (touch.Answer?.Data, fact.Answer, mark.Answer, nonce.Granted));
            Assert.Equal(granted ? null : "key", nonce.Held);
        }
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_mark_stands_until_its_time_and_is_never_shortened(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(new SetMark(lab.Shard, "jti") { Until = lab.Clock.UtcNow + Ask.Hour });
        await lab.AskAsync(new SetMark(lab.Shard, "jti") { Until = lab.Clock.UtcNow + TimeSpan.FromMinutes(1) });
        await lab.AskAsync(new SetMark(lab.Shard, "past") { Until = lab.Clock.UtcNow });

        Assert.True(await lab.MarkedAsync("jti"));
        Assert.False(await lab.MarkedAsync("past"));
        Assert.False(await lab.MarkedAsync("other"));
        lab.Clock.Advance(Ask.Hour - TimeSpan.FromMilliseconds(1));
        Assert.True(await lab.MarkedAsync("jti"));
        lab.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(await lab.MarkedAsync("jti"));
    }

    private static Claim Claiming(CoordinationLab lab, string key, string value = "", bool forgettable = false) =>
        new(lab.Shard, key) { Value = value, Until = lab.Clock.UtcNow + TimeSpan.FromMinutes(1), Forgettable = forgettable };
}
