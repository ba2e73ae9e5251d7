using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination.Counting;

/// <summary>
/// Two counters. Buckets are as long as the window and begin at multiples of its length; what the bucket before counted
/// is taken to have come evenly, and leaves in proportion.
/// </summary>
internal sealed class CompactWindow : WindowEntry
{
    private long bucket = -1;
    private long current;
    private long previous;
    private long overAt;

    public override WindowKind Kind => WindowKind.Compact;

    public override long Free(in Window window, long now)
    {
        var length = LengthOf(window);
        Roll(length, now);
        // The product first: whole numbers stay whole.
        return (long)Math.Floor(window.Limit - (current + (previous * (length - Elapsed(length, now)) / (double)length)));
    }

    public override void Add(in Window window, long now)
    {
        var length = LengthOf(window);
        Roll(length, now);
        current += window.Weight;
        overAt = (bucket + 2) * length;
    }

    public override void Remove(in Window window, long now)
    {
        Roll(LengthOf(window), now);
        var ofCurrent = Math.Min(window.Weight, current);
        current -= ofCurrent;
        previous = Math.Max(0, previous - (window.Weight - ofCurrent));
    }

    public override long Until(long target, in Window window, long now)
    {
        var length = LengthOf(window);
        var left = length - Elapsed(length, now);
        if (current > target)
            return (long)Math.Ceiling(left + length - (target * length / (double)current));
        return previous == 0 ? 0 : Math.Max(0, (long)Math.Ceiling(left - ((target - current) * length / (double)previous)));
    }

    public override bool IsOver(long now) => now >= overAt;

    private void Roll(long length, long now)
    {
        var at = now / length;
        // One ahead: the clock went back over the edge of a bucket. That one goes on.
        if (at == bucket || at == bucket - 1)
            return;
        (previous, current, bucket) = (at == bucket + 1 ? current : 0, 0, at);
    }

    private long Elapsed(long length, long now) => Math.Max(0, now - (bucket * length));
}
