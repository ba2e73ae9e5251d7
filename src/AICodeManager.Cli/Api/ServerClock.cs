namespace AICodeManager.Cli.Api;

/// <summary>The time by which requests are signed: this machine's, or the server's once it was seen that the two differ.</summary>
/// <remarks>A server takes signatures of the last minute and of five seconds ahead: a machine whose clock is off could sign nothing.</remarks>
internal sealed class ServerClock(TimeProvider local) : TimeProvider
{
    // Dates of answers are in whole seconds, and an answer takes its time.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Who stands between could say any date and hold back what was signed for it. A signature is for one request and good
    /// once; but not even that is given away for more than a day.
    /// </summary>
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    private TimeSpan offset;

    public override DateTimeOffset GetUtcNow() => local.GetUtcNow() + offset;

    /// <summary>Goes by the server's clock from now on.</summary>
    /// <param name="date">What the server's answer, that has just come, says the time is.</param>
    /// <returns>How far this machine's clock is ahead; null where it is right enough, or too far off to be followed.</returns>
    public TimeSpan? Follow(DateTimeOffset? date)
    {
        if (AheadOf(date) is not { } ahead || ahead.Duration() > Most)
            return null;
        offset = -ahead;
        return ahead;
    }

    /// <summary>How far this machine's clock is ahead of an answer's date; null where it is right enough.</summary>
    public TimeSpan? AheadOf(DateTimeOffset? date) =>
        date is { } theirs && local.GetUtcNow() - theirs is var ahead && ahead.Duration() >= Least ? ahead : null;

    /// <summary>Such as <c>90 seconds ahead of the server's</c>.</summary>
    public static string Tell(TimeSpan ahead) =>
        $"{Length(ahead.Duration())} {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the server's";

    private static string Length(TimeSpan time) => time switch
    {
        { TotalMinutes: < 3 } => $"{time.TotalSeconds:0} seconds",
        { TotalHours: < 3 } => $"{time.TotalMinutes:0} minutes",
        { TotalDays: < 3 } => $"{time.TotalHours:0} hours",
        _ => $"{time.TotalDays:0} days",
    };
}
