using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Conformance;

/// <summary>Records that count together: who must go, and in which order (spec A8, C5).</summary>
public sealed class SetTests(PostgresServer postgres, SharedRedis redis)
{
    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task The_oldest_makes_room_for_the_newest(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        // Within one millisecond, and not in the order of their names.
        foreach (var key in (string[])["c", "a", "e", "b", "d"])
            await lab.AskAsync(lab.Opening(key, $"of {key}"));
        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await lab.TouchAsync("c");
        var opened = await lab.AskAsync(lab.Opening("f"));

        // Oldest by opening: use does not make a session younger.
        var evicted = Assert.Single(opened.Evicted);
        Assert.Equal(("c", "of c", null, lab.Clock.UtcNow), (evicted.Key, evicted.Data, evicted.Ended, evicted.SeenAt));
        Assert.Equal("evicted", (await lab.TouchAsync("c"))!.Ended);
        Assert.Equal(["a", "e", "b", "d", "f"], await lab.ListAsync());
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_lower_limit_ends_several_at_once(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        foreach (var key in (string[])["a", "b", "c"])
            await lab.AskAsync(lab.Opening(key));

        Assert.Equal(["a", "b", "c"], (await lab.AskAsync(lab.Opening("d", limit: 1))).Evicted.Select(r => r.Key));
        Assert.Equal(["d"], await lab.ListAsync());
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task What_is_over_or_ended_does_not_count(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("idle", idle: TimeSpan.FromMinutes(1), limit: 3));
        await lab.AskAsync(lab.Opening("ended", limit: 3));
        await lab.AskAsync(lab.Opening("live", limit: 3));
        await lab.AskAsync(Ask.Ending(lab.Shard, "ended"));
        lab.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Empty((await lab.AskAsync(lab.Opening("a", limit: 3))).Evicted);
        Assert.Empty((await lab.AskAsync(lab.Opening("b", limit: 3))).Evicted);
        Assert.Equal(["live", "a", "b"], await lab.ListAsync());
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Sets_and_shards_count_for_themselves(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a", limit: 1));
        await lab.AskAsync(lab.Opening("b", limit: 1, set: "others"));
        await lab.AskAsync(Ask.Opening(lab.Shard + "-2", "c", lab.Clock.UtcNow, limit: 1));

        Assert.Equal(["a"], await lab.ListAsync());
        Assert.Equal(["b"], await lab.ListAsync("others"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_record_whose_end_is_past_is_not_opened_and_nobody_goes_for_it(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a", limit: 1));

        Assert.Empty((await lab.AskAsync(lab.Opening("b", limit: 1, ends: TimeSpan.Zero))).Evicted);
        Assert.Equal(["a"], await lab.ListAsync());
        Assert.Null(await lab.ReadAsync("b"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Fifty_who_open_at_once_leave_five_and_each_that_went_is_told_once(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var most = 0;
        var opened = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            var open = await lab.AskAsync(lab.Opening($"k{i}"));
            InterlockedMax(ref most, (await lab.ListAsync()).Length);
            return open;
        })));

        var left = await lab.ListAsync();
        var gone = opened.SelectMany(o => o.Evicted).Select(r => r.Key).ToList();
        Assert.Equal((5, 5, 45), (left.Length, most, gone.Count));
        Assert.Equal(50, left.Concat(gone).Distinct().Count());
        foreach (var key in gone)
            Assert.Equal("evicted", (await lab.ReadAsync(key))!.Ended);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Ending_a_set_spares_one(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        foreach (var key in (string[])["a", "b", "c"])
            await lab.AskAsync(lab.Opening(key));
        await lab.AskAsync(lab.Opening("other", set: "others"));
        var ended = await lab.AskAsync(new EndSet(lab.Shard, "sessions") { ExceptKey = "b", Reason = "password_changed", TombstoneFor = Ask.Hour });

        Assert.Equal(["a", "c"], ended.Ended.Select(r => r.Key));
        Assert.Equal(["b"], await lab.ListAsync());
        Assert.Equal(["other"], await lab.ListAsync("others"));
        Assert.Equal("password_changed", (await lab.TouchAsync("a"))!.Ended);
        Assert.Equal(["b"], (await lab.AskAsync(new EndSet(lab.Shard, "sessions") { Reason = "all", TombstoneFor = Ask.Hour })).Ended.Select(r => r.Key));
        Assert.Empty((await lab.AskAsync(new EndSet(lab.Shard, "sessions") { Reason = "all", TombstoneFor = Ask.Hour })).Ended);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_touch_beside_an_end_sees_before_or_after_and_never_revives(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a"));
        var touching = Enumerable.Range(0, 20).Select(_ => Task.Run(() => lab.TouchAsync("a")));
        var ending = Task.Run(() => lab.AskAsync(Ask.Ending(lab.Shard, "a")));
        var seen = await Task.WhenAll(touching);
        await ending;

        Assert.All(seen, r => Assert.True(r!.Ended is null or "signed_out"));
        Assert.Equal("signed_out", (await lab.TouchAsync("a"))!.Ended);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, value, seen);
    }
}
