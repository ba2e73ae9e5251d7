using AICodeManager.Server.Ground.Coordination.Counting;
using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination;

/// <summary>
/// Windows within one process: what an embedded store counts in, and what a node goes on with while the shared store is
/// away. Only in memory, and bounded: what is over leaves, and with more names than <paramref name="most"/> the further
/// ones share a few windows, so that a flood of names neither grows nor frees anything.
/// </summary>
/// <remarks>Safe from many threads; a question takes a fraction of a microsecond under one lock.</remarks>
public sealed class LocalWindows(int most = 100_000)
{
    private const int SharedOnes = 256;
    private const int FirstSweep = 1024;
    private const long SweepAgainAfter = 1000;

    private readonly Lock counting = new();
    private readonly Dictionary<(string Shard, string Key), WindowEntry> entries = [];
    private readonly WindowEntry?[] found = new WindowEntry?[QuestionRules.MostWindows];
    private int sweepAt = Math.Min(FirstSweep, most);
    private long swept;

    /// <summary>Windows in memory.</summary>
    internal int Count
    {
        get
        {
            lock (counting)
                return entries.Count;
        }
    }

    /// <summary>Answers the questions of the first one's shard, in order and as one step.</summary>
    /// <param name="now">Unix milliseconds.</param>
    internal void Answer(IReadOnlyList<Question> questions, int first, long now)
    {
        lock (counting)
        {
            for (var i = first; i < questions.Count; i++)
            {
                if (questions[i].Shard != questions[first].Shard)
                    continue;
                switch (questions[i])
                {
                    case CountInWindows count:
                        Answer(count, now);
                        break;
                    case RefundWindows refund:
                        Answer(refund, now);
                        break;
                    default:
                        throw new InvalidOperationException($"A {questions[i].GetType().Name} counts nothing.");
                }
            }
        }
    }

    /// <summary>Drops what is over.</summary>
    internal void Sweep(long now)
    {
        lock (counting)
        {
            foreach (var (name, entry) in entries)
            {
                if (entry.IsOver(now))
                    entries.Remove(name);
            }

            // Room once needed by a flood would stay for ever.
            if (entries.Capacity > 4 * FirstSweep && entries.Count < entries.Capacity / 4)
                entries.TrimExcess();
            (swept, sweepAt) = (now, Math.Clamp(2 * entries.Count, Math.Min(FirstSweep, most), most));
        }
    }

    private void Answer(CountInWindows question, long now)
    {
        if (entries.Count >= sweepAt && (sweepAt < most || now - swept >= SweepAgainAfter || now < swept))
            Sweep(now);
        var fits = true;
        for (var i = 0; i < question.Windows.Count; i++)
        {
            var window = question.Windows[i];
            found[i] = Find(question.Shard, window);
            var free = found[i]?.Free(window, now) ?? window.Limit;
            fits &= free >= window.Weight;
            question.States[i] = new((int)Math.Max(0, free), TimeSpan.Zero, free < window.Weight);
        }

        (question.Counted, question.At) = (fits, DateTimeOffset.FromUnixTimeMilliseconds(now));
        for (var i = 0; i < question.Windows.Count; i++)
        {
            var window = question.Windows[i];
            var state = question.States[i];
            if (fits)
            {
                // Only what is served makes a window: refused requests of strangers fill no memory.
                (found[i] ??= Make(question.Shard, window)).Add(window, now);
                state = state with { Remaining = state.Remaining - window.Weight };
            }

            var target = state.Refused ? window.Limit - window.Weight : window.Limit - state.Remaining - 1;
            question.States[i] = state with { Wait = TimeSpan.FromMilliseconds(target < 0 ? 0 : found[i]?.Until(target, window, now) ?? 0) };
            found[i] = null;
        }
    }

    private void Answer(RefundWindows question, long now)
    {
        foreach (var window in question.Windows)
            Find(question.Shard, window)?.Remove(window, now);
    }

    private WindowEntry? Find(string shard, in Window window)
    {
        if (entries.TryGetValue((shard, window.Key), out var entry))
            return entry.Kind == window.Kind ? entry : null;
        return entries.Count >= most ? entries.GetValueOrDefault(SharedName(shard, window)) : null;
    }

    private WindowEntry Make(string shard, in Window window)
    {
        var name = entries.Count < most ? (shard, window.Key) : SharedName(shard, window);
        // Of the windows of one request two may share.
        if (entries.TryGetValue(name, out var entry) && entry.Kind == window.Kind)
            return entry;
        return entries[name] = window.Kind == WindowKind.Exact ? new ExactWindow() : new CompactWindow();
    }

    // An unknown name's hash is not to be foreseen: nobody chooses with whom he shares.
    private static (string, string) SharedName(string shard, in Window window) =>
        (shard, $"~{(uint)window.Key.GetHashCode() % SharedOnes}:{window.Kind}:{window.Length.Ticks}");
}
