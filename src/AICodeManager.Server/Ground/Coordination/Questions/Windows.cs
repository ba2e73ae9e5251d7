namespace AICodeManager.Server.Ground.Coordination.Questions;

/// <summary>
/// Counts by the store's own clock, never the asking node's: a node whose clock is wrong counts like any other. Such
/// questions lie in shards of their own, for a shard is either counted in or keeps something; a restart of an embedded
/// store forgets what was counted.
/// </summary>
public abstract class CountingQuestion(string shard, string key) : Question(shard, key);

/// <summary>How a window remembers.</summary>
public enum WindowKind
{
    /// <summary>
    /// Two counters, of this bucket and the one before, which is weighed by how much of it the window still covers: some
    /// hundred bytes whatever the limit. Never more than the limit at once; a burst at the end of one bucket can make it
    /// up to twice the limit over a whole window, and never more over the long run.
    /// </summary>
    Compact,

    /// <summary>A log of the time of each: exact in every window, some ten bytes for each that is counted.</summary>
    Exact,
}

/// <summary>A sliding window that holds a number of requests. It is kept for as long as it can still refuse something.</summary>
/// <param name="Key">Name within the shard (of the form of a key), the same for all who share the window.</param>
/// <param name="Limit">What it holds: 1 to 10,000,000; an exact one at most 1,000.</param>
/// <param name="Length">1 ms to 31 days.</param>
/// <param name="Weight">How much one request takes of it: 1 to its limit.</param>
public readonly record struct Window(string Key, int Limit, TimeSpan Length, WindowKind Kind = WindowKind.Compact, int Weight = 1);

/// <summary>How a window stands after it was asked.</summary>
/// <param name="Remaining">What it still holds now; zero or more.</param>
/// <param name="Wait">How long until it holds one more; of a window that refused, until it holds this request.</param>
/// <param name="Refused">Whether it had no room.</param>
public readonly record struct WindowState(int Remaining, TimeSpan Wait, bool Refused);

/// <summary>
/// Counts a request in several windows or in none: all are looked at, and only if every one has room, all are counted.
/// A refused request counts against nobody.
/// </summary>
/// <param name="windows">1 to 8, each of another key.</param>
public sealed class CountInWindows(string shard, params Window[] windows) : CountingQuestion(shard, windows is [var first, ..] ? first.Key : "")
{
    public IReadOnlyList<Window> Windows => windows;

    /// <summary>Whether all had room.</summary>
    public bool Counted { get; set; }

    /// <summary>The store's time.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>In the order of the windows.</summary>
    public WindowState[] States { get; } = new WindowState[windows.Length];
}

/// <summary>
/// Gives back what was counted, where it should not have cost anything after all. What has left its window meanwhile is
/// gone already; nothing ever falls below nothing.
/// </summary>
/// <param name="windows">1 to 8, as they were counted; their limits do not matter.</param>
public sealed class RefundWindows(string shard, params Window[] windows) : CountingQuestion(shard, windows is [var first, ..] ? first.Key : "")
{
    public IReadOnlyList<Window> Windows => windows;
}
