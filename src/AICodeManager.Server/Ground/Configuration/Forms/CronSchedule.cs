namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>
/// When a cron line is due. Where both the day of the month and the weekday are restricted, either will do (crontab(5)). A local time
/// that daylight saving skips is due right after the gap, once; one that comes twice is due the first time. Lines for every hour
/// follow the clock of the wall instead: they are due once in each hour that passes.
/// </summary>
public sealed class CronSchedule
{
    // 29 February is up to eight years away (2096 to 2104); beyond that a line never comes.
    private const int LongestDays = 8 * 366 + 1;

    private readonly int[] minutes, hours;
    private readonly HashSet<int> days, months, weekdays;
    private readonly bool anyDay, anyWeekday;

    private CronSchedule(string[] fields)
    {
        minutes = [.. Values(fields[0], 0, 59).Order()];
        hours = [.. Values(fields[1], 0, 23).Order()];
        (days, months) = (Values(fields[2], 1, 31), Values(fields[3], 1, 12));
        weekdays = Values(fields[4], 0, 7).Select(day => day % 7).ToHashSet();
        (anyDay, anyWeekday) = (fields[2].StartsWith('*'), fields[4].StartsWith('*'));
    }

    private bool EveryHour => hours.Length == 24;

    /// <param name="line">One that <see cref="CronLines"/> accepts.</param>
    public static CronSchedule Parse(string line) => new(line.Split(' '));

    /// <summary>The first moment after another; null where there is none within eight years.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset moment, TimeZoneInfo zone) =>
        Days(moment, zone, step: 1).SelectMany(day => Moments(day, zone)).Where(due => due > moment).Select(due => (DateTimeOffset?)due).FirstOrDefault();

    /// <summary>The last moment that is not after another; null where there is none within eight years.</summary>
    public DateTimeOffset? LatestUntil(DateTimeOffset moment, TimeZoneInfo zone) =>
        Days(moment, zone, step: -1).SelectMany(day => Moments(day, zone).Reverse()).Where(due => due <= moment).Select(due => (DateTimeOffset?)due).FirstOrDefault();

    // A day more on the near side: the zone's shift may move a moment over midnight.
    private IEnumerable<DateOnly> Days(DateTimeOffset moment, TimeZoneInfo zone, int step)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
        for (var i = -1; i <= LongestDays; i++)
        {
            var number = day.DayNumber + (i * step);
            if (number >= DateOnly.MinValue.DayNumber && number <= DateOnly.MaxValue.DayNumber && IsDay(DateOnly.FromDayNumber(number)) is { } due)
            {
                yield return due;
            }
        }
    }

    private DateOnly? IsDay(DateOnly day)
    {
        var (ofMonth, ofWeek) = (days.Contains(day.Day), weekdays.Contains((int)day.DayOfWeek));
        return months.Contains(day.Month) && (anyDay || anyWeekday ? ofMonth && ofWeek : ofMonth || ofWeek) ? day : null;
    }

    private IEnumerable<DateTimeOffset> Moments(DateOnly day, TimeZoneInfo zone) =>
        (from hour in hours from minute in minutes from due in Of(day.ToDateTime(new TimeOnly(hour, minute)), zone) select due).Distinct().Order();

    private IEnumerable<DateTimeOffset> Of(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
        {
            return EveryHour ? [] : [AfterGap(local, zone)];
        }

        if (!zone.IsAmbiguousTime(local))
        {
            return [new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime()];
        }

        // The larger offset is the earlier moment.
        var offsets = zone.GetAmbiguousTimeOffsets(local).OrderDescending().ToArray();
        return (EveryHour ? offsets : offsets[..1]).Select(offset => new DateTimeOffset(local, offset).ToUniversalTime());
    }

    private static DateTimeOffset AfterGap(DateTime local, TimeZoneInfo zone)
    {
        // Gaps are whole minutes and rarely over an hour; Pacific islands once left out a day.
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    private static HashSet<int> Values(string field, int min, int max)
    {
        HashSet<int> values = [];
        foreach (var part in field.Split(','))
        {
            var (range, step) = part.Split('/') is [var before, var after] ? (before, int.Parse(after)) : (part, 1);
            var (from, to) = range == "*" ? (min, max)
                : range.Split('-') is [var first, var last] ? (int.Parse(first), int.Parse(last)) : (int.Parse(range), int.Parse(range));
            for (var value = from; value <= to; value += step)
            {
                values.Add(value);
            }
        }

        return values;
    }
}
