using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Conformance;

/// <summary>How a record lives and ends, the same in every store.</summary>
public sealed class RecordTests(PostgresServer postgres, SharedRedis redis)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_record_comes_back_as_it_was_opened(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        const string Data = "{\"이름\":\"값\", \"quote\":\"'\\\"\", \"emoji\":\"😀\", \"colon\":\"a:b\"}";
        var opened = await lab.AskAsync(lab.Opening("a", Data));

        Assert.Empty(opened.Evicted);
        var expected = new StoredRecord("a", Data, 1, lab.Clock.UtcNow + 30 * Minute, 15 * Minute, lab.Clock.UtcNow);
        Assert.Equal(expected, await lab.ReadAsync("a"));
        Assert.Equal(expected, await lab.TouchAsync("a"));
        Assert.Null(await lab.TouchAsync("b"));
        Assert.Null((await lab.AskAsync(new TouchRecord(lab.Shard + "x", "a"))).Answer);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task The_largest_data_and_none_come_back(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var large = new string('가', (16 << 10) / 3);
        await lab.AskAsync(lab.Opening("large", large));
        await lab.AskAsync(lab.Opening("empty", ""));

        Assert.Equal(large, (await lab.ReadAsync("large"))!.Data);
        Assert.Equal("", (await lab.ReadAsync("empty"))!.Data);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_touch_tells_the_one_before_and_slides_the_idle_time(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var start = lab.Clock.UtcNow;
        await lab.AskAsync(lab.Opening("a"));

        lab.Clock.Advance(14 * Minute);
        Assert.Equal(start, (await lab.TouchAsync("a"))!.SeenAt);
        lab.Clock.Advance(14 * Minute);
        Assert.Equal(start + 14 * Minute, (await lab.TouchAsync("a"))!.SeenAt);
        Assert.Equal(start + 28 * Minute, (await lab.ReadAsync("a"))!.SeenAt);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_record_that_nobody_touches_is_over_after_its_idle_time(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a"));

        lab.Clock.Advance(15 * Minute - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await lab.ReadAsync("a"));
        lab.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await lab.TouchAsync("a"));
        Assert.Null(await lab.ReadAsync("a"));
        Assert.Empty(await lab.ListAsync());
        Assert.Null((await lab.AskAsync(Ask.Ending(lab.Shard, "a"))).Ended);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Touching_never_moves_the_fixed_end(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a"));
        for (var i = 0; i < 29; i++)
        {
            lab.Clock.Advance(Minute);
            Assert.NotNull(await lab.TouchAsync("a"));
        }

        lab.Clock.Advance(Minute);
        Assert.Null(await lab.TouchAsync("a"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_node_whose_clock_is_behind_does_not_take_time_back(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var start = lab.Clock.UtcNow;
        await lab.AskAsync(lab.Opening("a"));
        lab.Clock.Advance(10 * Minute);
        await lab.TouchAsync("a");

        lab.Clock.UtcNow = start + 8 * Minute;
        await lab.TouchAsync("a");
        Assert.Equal(start + 10 * Minute, (await lab.ReadAsync("a"))!.SeenAt);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task An_ended_record_tells_why_until_its_tombstone_is_over(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a"));
        var ended = await lab.AskAsync(Ask.Ending(lab.Shard, "a", 10 * Minute));

        Assert.Null(ended.Ended!.Ended);
        Assert.Equal("signed_out", (await lab.TouchAsync("a"))!.Ended);
        Assert.Empty(await lab.ListAsync());
        lab.Clock.Advance(9 * Minute);
        Assert.Equal("signed_out", (await lab.TouchAsync("a"))!.Ended);
        // Nor do those touches keep it.
        lab.Clock.Advance(Minute);
        Assert.Null(await lab.TouchAsync("a"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_tombstone_never_outlives_the_record(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a"));
        await lab.AskAsync(lab.Opening("b"));
        await lab.AskAsync(Ask.Ending(lab.Shard, "a", TimeSpan.MaxValue));
        await lab.AskAsync(Ask.Ending(lab.Shard, "b", TimeSpan.Zero));

        Assert.Null(await lab.ReadAsync("b"));
        lab.Clock.Advance(29 * Minute);
        Assert.NotNull(await lab.ReadAsync("a"));
        lab.Clock.Advance(Minute);
        Assert.Null(await lab.ReadAsync("a"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_tombstone_can_neither_be_ended_nor_replaced(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a"));
        await lab.AskAsync(Ask.Ending(lab.Shard, "a"));

        Assert.Null((await lab.AskAsync(new EndRecord(lab.Shard, "a") { Reason = "other", TombstoneFor = Ask.Hour })).Ended);
        Assert.False((await lab.AskAsync(new ReplaceRecord(lab.Shard, "a") { ExpectedVersion = 1, Data = "new" })).Done);
        Assert.Equal("signed_out", (await lab.ReadAsync("a"))!.Ended);
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_replacement_counts_up_and_needs_the_version_before(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a"));
        lab.Clock.Advance(Minute);
        var end = lab.Clock.UtcNow + Ask.Hour;

        Assert.True((await lab.AskAsync(new ReplaceRecord(lab.Shard, "a") { ExpectedVersion = 1, Data = "new", EndsAt = end })).Done);
        Assert.False((await lab.AskAsync(new ReplaceRecord(lab.Shard, "a") { ExpectedVersion = 1, Data = "late" })).Done);
        Assert.False((await lab.AskAsync(new ReplaceRecord(lab.Shard, "none") { ExpectedVersion = 1, Data = "x" })).Done);
        Assert.Equal(new StoredRecord("a", "new", 2, end, 15 * Minute, lab.Clock.UtcNow - Minute), await lab.ReadAsync("a"));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task Of_many_who_replace_the_same_version_one_does(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a"));
        var tries = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() =>
            lab.AskAsync(new ReplaceRecord(lab.Shard, "a") { ExpectedVersion = 1, Data = $"by {i}" }))));

        var winner = Assert.Single(tries, t => t.Done);
        Assert.Equal((winner.Data, 2), ((await lab.ReadAsync("a"))!.Data, (await lab.ReadAsync("a"))!.Version));
    }

    [Theory, MemberData(nameof(CoordinationLab.Stores), MemberType = typeof(CoordinationLab))]
    public async Task A_key_that_is_opened_anew_forgets_what_it_was(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        await lab.AskAsync(lab.Opening("a", set: "one"));
        await lab.AskAsync(lab.Opening("a", "second", set: "two"));
        await lab.AskAsync(Ask.Ending(lab.Shard, "a"));
        await lab.AskAsync(lab.Opening("a", "third", set: "two"));

        Assert.Empty(await lab.ListAsync("one"));
        Assert.Equal(["a"], await lab.ListAsync("two"));
        Assert.Equal(("third", 1L, null), (await lab.ReadAsync("a")) is { } r ? (r.Data, r.Version, r.Ended) : default);
    }
}
