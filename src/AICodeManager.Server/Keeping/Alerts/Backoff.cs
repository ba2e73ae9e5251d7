namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>
/// When a delivery that failed is tried again: after half a minute, then twice as long each time up to eight hours, spread by a
/// fifth to either side so that what failed together does not return together. Twelve attempts take about 17 hours.
/// </summary>
internal static class Backoff
{
    public const int MaxAttempts = 12;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(30), Longest = TimeSpan.FromHours(8);

    /// <param name="attempts">Made so far, 1 or more.</param>
    /// <param name="asked">What the other side asked to wait, believed up to the longest pause.</param>
    /// <param name="spread">0 to 1; a half is the middle.</param>
    public static TimeSpan After(long attempts, TimeSpan? asked, double spread)
    {
        var pause = First * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        pause = pause < Longest ? pause : Longest;
        pause *= 0.8 + (0.4 * spread);
        return asked > pause ? (asked < Longest ? asked.Value : Longest) : pause;
    }
}
