using System.Globalization;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Durations: whole numbers with a unit (<c>s m h d</c>), larger units first, as in <c>30s</c>, <c>168h</c>, <c>1h30m</c>.</summary>
internal static partial class Durations
{
    /// <summary>A duration between two others, both included.</summary>
    public static Form<TimeSpan> Between(string shortest, string longest)
    {
        var (min, max) = (Parse(shortest)!.Value, Parse(longest)!.Value);
        return new($"a duration from {shortest} to {longest}, such as 30s, 5m, 24h, 30d or 1h30m", text =>
            Parse(text) is not { } duration ? Outcome.Wrong<TimeSpan>("is not a duration")
            : duration < min || duration > max ? Outcome.Wrong<TimeSpan>("is out of range")
            : Outcome.Of(duration));
    }

    /// <summary>The same, or <c>never</c>: null.</summary>
    public static Form<TimeSpan?> BetweenOrNever(string shortest, string longest)
    {
        var form = Between(shortest, longest);
        return new($"{form.Accepted}; or never", text => text == "never" ? Outcome.Of<TimeSpan?>(null)
            : form.Read(text) is { Problem: { } problem } ? Outcome.Wrong<TimeSpan?>(problem)
            : Outcome.Of<TimeSpan?>(form.Read(text).Value));
    }

    /// <summary>The duration; null where the text is none or longer than 9999 days.</summary>
    public static TimeSpan? Parse(string text)
    {
        if (Parts().Match(text) is not { Success: true } match)
            return null;
        var total = TimeSpan.Zero;
        foreach (var (unit, length) in Units)
        {
            if (match.Groups[unit] is { Success: true } group)
                total += length * int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);
        }
        return total.TotalDays <= 9999 ? total : null;
    }

    private static readonly (string, TimeSpan)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)),
    ];

    [GeneratedRegex(@"^(?=[0-9])(?:(?<d>[0-9]{1,6})d)?(?:(?<h>[0-9]{1,6})h)?(?:(?<m>[0-9]{1,6})m)?(?:(?<s>[0-9]{1,6})s)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
