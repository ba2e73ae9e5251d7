using AICodeManager.Server.Ground.Coordination.Questions;

namespace AICodeManager.Server.Ground.Coordination.Counting;

/// <summary>The time of each request, oldest first. Two of one moment are two entries.</summary>
internal sealed class ExactWindow : WindowEntry
{
    private readonly List<long> times = [];
    private long overAt;

    public override WindowKind Kind => WindowKind.Exact;

    public override long Free(in Window window, long now)
    {
        Trim(LengthOf(window), now);
        return window.Limit - times.Count;
    }

    public override void Add(in Window window, long now)
    {
        for (var i = 0; i < window.Weight; i++)
            times.Add(now);
        overAt = now + LengthOf(window);
    }

    public override void Remove(in Window window, long now)
    {
        Trim(LengthOf(window), now);
        var gone = Math.Min(window.Weight, times.Count);
        times.RemoveRange(times.Count - gone, gone);
    }

    public override long Until(long target, in Window window, long now) =>
        times.Count <= target ? 0 : Math.Max(0, times[times.Count - (int)target - 1] + LengthOf(window) - now);

    public override bool IsOver(long now) => now >= overAt || times.Count == 0;

    private void Trim(long length, long now)
    {
        if (times.Count > 0 && times[0] > now + length)
            times.Clear();
        var gone = 0;
        while (gone < times.Count && times[gone] <= now - length)
            gone++;
        times.RemoveRange(0, gone);
    }
}
