using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Ground.Coordination.Conformance;

/// <summary>Counting: all windows of a request or none, by the store's own clock (spec A10, C6).</summary>
/// <remarks>Redis counts by its own clock, which no test moves: what must pass is waited for, never slept for.</remarks>
public sealed class WindowTests(PostgresServer postgres, SharedRedis redis)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static TheoryData<string, WindowKind> EveryKind =>
        [.. from store in (string[])["sqlite", "redis"] from kind in Enum.GetValues<WindowKind>() select (store, kind)];

    [Theory, MemberData(nameof(EveryKind))]
    public async Task Of_many_at_once_as_many_are_counted_as_the_window_holds(string store, WindowKind kind)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => lab.AskAsync(Counting(lab, new Window("a", 20, Hour, kind))))));
        Assert.Equal(20, all.Count(q => q.Counted));
        Assert.Equal(Enumerable.Range(0, 20), all.Where(q => q.Counted).Select(q => q.States[0].Remaining).Order());
        Assert.All(all.Where(q => !q.Counted), q => Assert.Equal((0, true), (q.States[0].Remaining, q.States[0].Refused)));
    }

    [Theory, MemberData(nameof(EveryKind))]
    public async Task What_one_window_refuses_counts_in_no_other(string store, WindowKind kind)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Window wide = new("wide", 10, Hour), narrow = new("narrow", 2, Hour, kind), own = new("own", 5, Hour, kind);
        for (var i = 0; i < 10; i++)
        {
            var asked = await lab.AskAsync(Counting(lab, wide, narrow, own));
            Assert.Equal(i < 2, asked.Counted);
            Assert.Equal([false, i >= 2, false], asked.States.Select(s => s.Refused));
            Assert.Equal([10 - Math.Min(i + 1, 2), Math.Max(0, 1 - i), 5 - Math.Min(i + 1, 2)], asked.States.Select(s => s.Remaining));
        }
    }

    [Theory, MemberData(nameof(EveryKind))]
    public async Task A_heavy_request_takes_its_weight_or_nothing(string store, WindowKind kind)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Window heavy = new("a", 10, Hour, kind, Weight: 4), light = heavy with { Weight = 1 };
        Assert.Equal(6, (await lab.AskAsync(Counting(lab, heavy))).States[0].Remaining);
        Assert.Equal(2, (await lab.AskAsync(Counting(lab, heavy))).States[0].Remaining);
        var refused = await lab.AskAsync(Counting(lab, heavy));
        Assert.Equal((false, 2, true), (refused.Counted, refused.States[0].Remaining, refused.States[0].Refused));
        Assert.Equal(1, (await lab.AskAsync(Counting(lab, light))).States[0].Remaining);
    }

    [Theory, MemberData(nameof(EveryKind))]
    public async Task What_is_given_back_can_be_had_again_and_never_more(string store, WindowKind kind)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Window window = new("a", 3, Hour, kind);
        await lab.AskAsync(new RefundWindows(lab.Shard, window));
        for (var i = 0; i < 3; i++)
            Assert.True((await lab.AskAsync(Counting(lab, window))).Counted);
        Assert.False((await lab.AskAsync(Counting(lab, window))).Counted);
        await lab.AskAsync(new RefundWindows(lab.Shard, window));
        Assert.True((await lab.AskAsync(Counting(lab, window))).Counted);
        Assert.False((await lab.AskAsync(Counting(lab, window))).Counted);
        await lab.AskAsync(new RefundWindows(lab.Shard, window with { Weight = 3 }));
        await lab.AskAsync(new RefundWindows(lab.Shard, window with { Weight = 3 }));
        Assert.Equal(2, (await lab.AskAsync(Counting(lab, window))).States[0].Remaining);
    }

    [Theory, MemberData(nameof(EveryKind))]
    public async Task A_full_window_says_how_long_to_wait_and_then_has_room(string store, WindowKind kind)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Window window = new("a", 2, TimeSpan.FromMilliseconds(400), kind);
        CountInWindows asked;
        do
        {
            asked = await lab.AskAsync(Counting(lab, window));
        }
        while (asked.Counted);
        Assert.InRange(asked.States[0].Wait.TotalMilliseconds, 1, 800);
        lab.Clock.Advance(asked.States[0].Wait);
        var until = asked.At + asked.States[0].Wait;
        await Poll.UntilAsync(async () =>
        {
            var again = await lab.AskAsync(Counting(lab, window));
            // Not before its time, by the store's own clock, and at once then.
            Assert.Equal(again.At >= until, again.Counted);
            return again.Counted;
        });
    }

    [Theory, MemberData(nameof(EveryKind))]
    public async Task The_asking_nodes_clock_does_not_matter_to_a_store_that_has_its_own(string store, WindowKind kind)
    {
        Assert.SkipWhen(store == "sqlite", "the embedded store's clock is the node's");
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Window window = new("a", 2, TimeSpan.FromMinutes(10), kind);
        foreach (var wrong in (double[])[0, 1, -2, 400])
        {
            lab.Clock.Advance(TimeSpan.FromHours(wrong));
            var asked = await lab.AskAsync(Counting(lab, window));
            Assert.Equal(wrong is 0 or 1, asked.Counted);
            Assert.InRange(asked.At - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        }
    }

    [Theory, MemberData(nameof(EveryKind))]
    public async Task Several_questions_of_an_exchange_are_answered_in_order_beside_other_shards(string store, WindowKind kind)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        var counting = lab.Shard + "-w";
        Window window = new("a", 1, Hour, kind);
        var (first, second, third) = (new CountInWindows(counting, window), new CountInWindows(counting, window), new CountInWindows(counting, window, window with { Key = "b" }));
        var (mark, marked) = (new SetMark(lab.Shard, "m") { Until = DateTimeOffset.MaxValue }, new IsMarked(lab.Shard, "m"));
        await lab.Store.ExchangeAsync([first, mark, second, new RefundWindows(counting, window), marked, third], CoordinationLab.Cancel);
        Assert.Equal([true, false, true, true], [first.Counted, second.Counted, third.Counted, marked.Answer]);
    }

    [Theory, InlineData("sqlite"), InlineData("redis")]
    public async Task Questions_of_a_wrong_form_are_not_asked(string store)
    {
        await using var lab = await CoordinationLab.OpenAsync(store, postgres, redis);
        Window good = new("a", 5, Hour);
        Question[][] wrong =
        [
            [Counting(lab)],
            [Counting(lab, good, good)],
            [Counting(lab, good with { Key = "a b" })],
            [Counting(lab, default(Window))],
            [Counting(lab, good with { Limit = 0 })],
            [Counting(lab, good with { Limit = 10_000_001 })],
            [Counting(lab, good with { Limit = 1001, Kind = WindowKind.Exact })],
            [Counting(lab, good with { Length = TimeSpan.Zero })],
            [Counting(lab, good with { Length = TimeSpan.FromDays(32) })],
            [Counting(lab, good with { Weight = 0 })],
            [Counting(lab, good with { Weight = 6 })],
            [Counting(lab, [.. Enumerable.Range(0, 9).Select(i => good with { Key = $"k{i}" })])],
            [new RefundWindows(lab.Shard, good, good)],
            // Counted in and kept in: not the same shard.
            [Counting(lab, good), new IsMarked(lab.Shard, "m")],
            [new IsMarked(lab.Shard, "m"), Counting(lab, good)],
        ];
        foreach (var questions in wrong)
            await Assert.ThrowsAsync<ArgumentException>(async () => await lab.Store.ExchangeAsync(questions, CoordinationLab.Cancel));
        Assert.Equal(4, (await lab.AskAsync(Counting(lab, good))).States[0].Remaining);
    }

    private static CountInWindows Counting(CoordinationLab lab, params Window[] windows) => new(lab.Shard, windows);
}
