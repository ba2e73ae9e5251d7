using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Tests.Ground.Coordination;

/// <summary>Windows in memory over time: what exact and compact ones promise, and what a flood of names does to them.</summary>
public sealed class LocalWindowTests
{
    private const int Limit = 50;
    private const long Length = 60_000;
    private const long Start = 1_790_000_012_345;

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void An_exact_window_never_holds_more_than_its_limit_wherever_it_is_laid(int seed)
    {
        var (served, _) = Play(WindowKind.Exact, new Random(seed));
        Assert.Equal(Limit, MostInAnyWindow(served));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void A_compact_window_holds_less_than_twice_its_limit_wherever_it_is_laid_and_its_limit_in_the_long_run(int seed)
    {
        var (served, span) = Play(WindowKind.Compact, new Random(seed));
        Assert.InRange(MostInAnyWindow(served), Limit, (2 * Limit) - 1);
        Assert.InRange(served.Count, 0, Limit * (1.05 * span / Length) + Limit);
    }

    [Fact]
    public void A_steady_client_within_the_limit_is_never_refused_by_a_compact_window()
    {
        var windows = new LocalWindows();
        for (var i = 0; i < 1000; i++)
            Assert.True(Ask(windows, new("a", Limit, Span, WindowKind.Compact), Start + (i * Length / Limit * 21 / 20)).Counted);
    }

    [Theory, InlineData(WindowKind.Exact), InlineData(WindowKind.Compact)]
    public void The_wait_of_a_refusal_is_right_to_the_millisecond(WindowKind kind)
    {
        var windows = new LocalWindows();
        var random = new Random(7);
        Window window = new("a", 7, Span, kind);
        for (long now = Start, i = 0; i < 2000; i++, now += random.Next(4000))
        {
            if (Ask(windows, window, now) is not { Counted: false } refused)
                continue;
            now += (long)refused.States[0].Wait.TotalMilliseconds;
            Assert.False(Ask(windows, window, now - 1).Counted);
            Assert.True(Ask(windows, window, now).Counted);
        }
    }

    [Theory, InlineData(WindowKind.Exact), InlineData(WindowKind.Compact)]
    public void A_clock_that_is_set_back_neither_opens_a_window_a_little_nor_shuts_it_for_long(WindowKind kind)
    {
        var windows = new LocalWindows();
        Window window = new("a", 3, Span, kind);
        for (var i = 0; i < 3; i++)
            Ask(windows, window, Start);
        Assert.False(Ask(windows, window, Start - 20_000).Counted);
        Assert.True(Ask(windows, window, Start - 3_600_000).Counted);
    }

    [Fact]
    public void A_flood_of_names_fills_no_memory_and_frees_nobody()
    {
        var windows = new LocalWindows(most: 2000);
        Window known = new("known", 3, Span);
        for (var i = 0; i < 3; i++)
            Assert.True(Ask(windows, known, Start).Counted);
        var served = 0;
        for (var i = 0; i < 50_000; i++)
            served += Ask(windows, new($"flood-{i}", 3, Span), Start + (i / 10)).Counted ? 1 : 0;
        Assert.InRange(windows.Count, 0, 2000 + 256);
        // The names that found no room shared windows: they were not unlimited.
        Assert.InRange(served, 1999, 2000 + (3 * 256));
        Assert.False(Ask(windows, known, Start + 5000).Counted);

        // And when it is over the room is free again.
        Assert.True(Ask(windows, new("later", 3, Span), Start + (3 * Length)).Counted);
        windows.Sweep(Start + (3 * Length));
        Assert.Equal(1, windows.Count);
    }

    [Fact]
    public void A_refused_request_makes_no_window()
    {
        var windows = new LocalWindows();
        Window all = new("all", 1, Span);
        for (var i = 0; i < 1000; i++)
            windows.Answer([new CountInWindows("s", all, new Window($"of-{i}", 5, Span))], 0, Start);
        Assert.Equal(2, windows.Count);
    }

    private static TimeSpan Span => TimeSpan.FromMilliseconds(Length);

    private static CountInWindows Ask(LocalWindows windows, Window window, long now)
    {
        var question = new CountInWindows("s", window);
        windows.Answer([question], 0, now);
        return question;
    }

    /// <summary>Bursts and pauses that try to fit more in; the times of what was served, and how long it took in all.</summary>
    private static (List<long> Served, long Span) Play(WindowKind kind, Random random)
    {
        var windows = new LocalWindows();
        List<long> served = [];
        var now = Start;
        for (var i = 0; i < 40_000; i++)
        {
            if (Ask(windows, new("a", Limit, Span, kind), now).Counted)
                served.Add(now);
            now += random.Next(100) switch { < 60 => 0, < 97 => random.Next(300), _ => random.Next(20_000) };
        }

        return (served, now - Start);
    }

    private static int MostInAnyWindow(List<long> served)
    {
        var (most, from) = (0, 0);
        for (var to = 0; to < served.Count; to++)
        {
            while (served[from] <= served[to] - Length)
                from++;
            most = Math.Max(most, to - from + 1);
        }

        return most;
    }
}
