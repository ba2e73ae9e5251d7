using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Time zones by the names of the IANA database.</summary>
internal static class TimeZones
{
    /// <summary>A zone that this machine knows.</summary>
    public static readonly Form<TimeZoneInfo> Name = new("UTC, or the name of a time zone that this machine knows, such as Asia/Seoul or Europe/Berlin", text =>
        text == "UTC" ? Outcome.Of(TimeZoneInfo.Utc)
        : text.Contains('/') && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+')
            && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) ? Outcome.Of(zone)
        : Outcome.Wrong<TimeZoneInfo>("is not known"));
}
