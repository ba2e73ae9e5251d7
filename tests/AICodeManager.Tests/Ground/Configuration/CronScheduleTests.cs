using AICodeManager.Server.Ground.Configuration.Forms;

namespace AICodeManager.Tests.Ground.Configuration;

/// <summary>When a cron line is due, on the clocks of places that change theirs.</summary>
public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 2 * * *", "2026-11-21T01:59:59Z", "2026-11-21T02:00:00Z")]
    [InlineData("0 2 * * *", "2026-11-21T02:00:00Z", "2026-11-22T02:00:00Z")]
    [InlineData("*/15 * * * *", "2026-11-21T10:14:00Z", "2026-11-21T10:15:00Z")]
    [InlineData("5,35 8-10,20 * * *", "2026-11-21T10:35:00Z", "2026-11-21T20:05:00Z")]
    [InlineData("0 0-23/6 * * *", "2026-11-21T18:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("30 4 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T04:30:00Z")]
    [InlineData("30 4 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T04:30:00Z")]
    [InlineData("0 0 31 * *", "2026-11-21T00:00:00Z", "2026-12-31T00:00:00Z")]
    // Day of the month or weekday, where both are restricted; both 0 and 7 are Sunday.
    [InlineData("0 0 1 * 5", "2026-11-21T00:00:00Z", "2026-11-27T00:00:00Z")]
    [InlineData("0 0 1 * 5", "2026-11-27T00:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("0 0 * * 0", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("0 0 * * 7", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("0 0 * 3-5/2 1-5", "2026-11-21T00:00:00Z", "2027-03-01T00:00:00Z")]
    public void A_line_is_due_next(string line, string after, string due) =>
        Assert.Equal(DateTimeOffset.Parse(due), CronSchedule.Parse(line).NextAfter(DateTimeOffset.Parse(after), TimeZoneInfo.Utc));

    [Theory]
    // Berlin, 29 March 2026: 02:00 to 03:00 is left out, at 01:00 UTC.
    [InlineData("Europe/Berlin", "30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("Europe/Berlin", "0,20,40 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z")]
    // 25 October 2026: 02:00 to 03:00 comes twice, at 00:00 and 01:00 UTC.
    [InlineData("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    // What is due in every hour is due in every hour that passes.
    [InlineData("Europe/Berlin", "30 * * * *", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z")]
    [InlineData("Europe/Berlin", "30 * * * *", "2026-03-29T00:00:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")]
    // Half an hour (Lord Howe, 5 April and 4 October 2026), and a place without any.
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T00:00:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z")]
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "2026-04-04T00:00:00Z", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z")]
    [InlineData("Asia/Seoul", "0 2 * * *", "2026-11-21T12:00:00Z", "2026-11-21T17:00:00Z", "2026-11-22T17:00:00Z")]
    public void A_line_is_due_once_where_the_clock_is_changed(string zone, string line, string after, string first, string second)
    {
        var (schedule, there) = (CronSchedule.Parse(line), TimeZoneInfo.FindSystemTimeZoneById(zone));
        var (one, two) = (DateTimeOffset.Parse(first), DateTimeOffset.Parse(second));
        Assert.Equal(one, schedule.NextAfter(DateTimeOffset.Parse(after), there));
        Assert.Equal(two, schedule.NextAfter(one, there));
        // Looking back finds the same moments.
        Assert.Equal(one, schedule.LatestUntil(one, there));
        Assert.Equal(one, schedule.LatestUntil(two - TimeSpan.FromSeconds(1), there));
        Assert.Equal(two, schedule.LatestUntil(two, there));
    }

    [Fact]
    public void A_day_that_no_month_has_never_comes()
    {
        Assert.Null(CronSchedule.Parse("0 0 31 2 *").NextAfter(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc));
        Assert.Null(CronSchedule.Parse("0 0 30 2 *").LatestUntil(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc));
    }

    [Fact]
    public void Looking_forward_and_back_agree_over_a_year_of_minutes_that_matter()
    {
        var (schedule, zone) = (CronSchedule.Parse("30 2 * * *"), TimeZoneInfo.FindSystemTimeZoneById("America/New_York"));
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var day = 0; day < 365; day++)
        {
            var due = schedule.NextAfter(at, zone)!.Value;
            Assert.InRange(due - at, TimeSpan.FromHours(day == 0 ? 1 : 22), TimeSpan.FromHours(26));
            Assert.Equal(due, schedule.LatestUntil(due + TimeSpan.FromHours(1), zone));
            at = due;
        }
    }
}
