using System.Globalization;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Cron lines of five fields: minute, hour, day of month, month, day of week (0 and 7 are Sunday).</summary>
internal static class CronLines
{
    private static readonly (string Name, int Min, int Max)[] Fields =
        [("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7)];

    /// <summary>A cron line, read as its text with single spaces.</summary>
    public static readonly Form<string> Line = new(
        "five fields: minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-7; each a number, *, a-b, */n, a-b/n, or a list of these with commas", text =>
        {
            var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length != Fields.Length)
                return Outcome.Wrong<string>($"has {fields.Length} fields");
            for (var i = 0; i < fields.Length; i++)
            {
                if (!fields[i].Split(',').All(part => IsPart(part, Fields[i].Min, Fields[i].Max)))
                    return Outcome.Wrong<string>($"has a wrong {Fields[i].Name}");
            }
            return Outcome.Of(string.Join(' ', fields));
        });

    private static bool IsPart(string part, int min, int max)
    {
        var step = part.Split('/');
        if (step.Length > 2 || (step.Length == 2 && Number(step[1]) is not (> 0 and <= 59)))
            return false;
        if (step[0] == "*")
            return true;
        var range = step[0].Split('-');
        return range.Length switch
        {
            1 => step.Length == 1 && In(range[0]),
            2 => In(range[0]) && In(range[1]) && Number(range[0]) <= Number(range[1]),
            _ => false,
        };

        bool In(string text) => Number(text) is { } number && number >= min && number <= max;
    }

    private static int? Number(string text) =>
        text.Length <= 2 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
