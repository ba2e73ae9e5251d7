using System.Globalization;

namespace AICodeManager.Cli.Output;

/// <summary>Points in time for people: in UTC, as the server's logs have them.</summary>
internal static class Moment
{
    public static string Of(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    /// <summary><c>in 20 seconds</c>, or when it is longer <c>in 30 minutes, at …</c>: nobody counts to 1800.</summary>
    public static string In(TimeSpan wait, TimeProvider clock) =>
        wait < TimeSpan.FromMinutes(2) ? $"in {Math.Max(0, Math.Ceiling(wait.TotalSeconds)):0} seconds"
        : $"in {Math.Ceiling(wait.TotalMinutes):0} minutes, at {Of(clock.GetUtcNow() + wait)}";
}
