namespace AICodeManager.Bench;

/// <summary>Durations of one kind.</summary>
internal sealed class Samples
{
    private readonly List<TimeSpan> all = [];

    public void Add(TimeSpan sample) => all.Add(sample);

    public TimeSpan Median
    {
        get
        {
            TimeSpan[] sorted = [.. all.Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    /// <summary>What this share of them, 0 to 1, does not exceed.</summary>
    public TimeSpan At(double share)
    {
        TimeSpan[] sorted = [.. all.Order()];
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }

    public TimeSpan Min => all.Min();

    public TimeSpan Max => all.Max();
}
