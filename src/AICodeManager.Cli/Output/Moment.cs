using System.Globalization;

namespace AICodeManager.Cli.Output;

/// <summary>Points in time for people: in UTC, as the server's logs have them.</summary>
internal static class Moment
{
    public static string Of(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";
}
