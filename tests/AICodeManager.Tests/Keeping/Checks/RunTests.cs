using System.Text.Json;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Checks;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>What a run makes of its items, and what it leaves.</summary>
public sealed class RunTests
{
    private static readonly CheckPatience Short = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_throws_or_hangs_has_failed_and_says_so()
    {
        await using var lab = await CheckLab.NewAsync();
        var never = new TaskCompletionSource<Finding>();
        CheckItem[] items =
        [
            new("tls_enabled", Reviews.Weekly, (_, _) => throw new InvalidOperationException("the moon\nis away")),
            new("hsts", Reviews.Weekly, (_, _) => never.Task),
            new("disk_free", Reviews.Weekly, (_, cancel) => { cancel.WaitHandle.WaitOne(); cancel.ThrowIfCancellationRequested(); return never.Task; }),
            new("not_root", Reviews.Yearly, (_, _) => throw new InvalidOperationException("not asked for")),
        ];

        var report = await new SecurityCheck(lab.Part<CheckStore>(), items).RunAsync(Reviews.Weekly, lab.Scene, Short, RequestOrigin.System, Cancel);

        Assert.Equal(["tls_enabled", "hsts", "disk_free"], report.Items.Select(line => line.Id));
        Assert.All(report.Items, line => Assert.Equal("fail", line.Result));
        Assert.Equal("could not be looked at: the moon is away", report.Items[0].Evidence);
        Assert.StartsWith("not finished within", report.Items[1].Evidence, StringComparison.Ordinal);
        Assert.True(report.AnyFailed);
    }

    [Fact]
    public async Task Results_are_remembered_with_since_when_and_what_begins_to_fail_raises_an_alert()
    {
        await using var lab = await CheckLab.NewAsync();
        var check = lab.Part<SecurityCheck>();
        var first = await check.RunAsync(Reviews.Weekly, lab.Scene, CheckPatience.OfRequest, RequestOrigin.System, Cancel);
        Assert.Null(first.LastRunAt);
        Assert.All(first.Items, line => Assert.Null(line.Previous));
        lab.Clock.Advance(TimeSpan.FromHours(1));
        await Breaks.All["administrators_second_factor"].Break(lab);

        var second = await check.RunAsync(Reviews.Weekly, lab.Scene, CheckPatience.OfRequest, RequestOrigin.System, Cancel);
        var third = await check.RunAsync(Reviews.Weekly, lab.Scene, CheckPatience.OfRequest, RequestOrigin.System, Cancel);

        var broken = Assert.Single(second.Items, line => line.Result == "fail");
        Assert.Equal(("administrators_second_factor", "pass", lab.Scene.Now), (broken.Id, broken.Previous, broken.Since));
        Assert.Equal(first.At, second.LastRunAt);
        Assert.All(second.Items.Where(line => line.Result == "pass"), line => Assert.Equal(first.At, line.Since));
        Assert.Equal("fail", third.Items[0].Previous);
        var alerts = await lab.Database.ReadAsync(r => r.QueryAsync<string>("SELECT facts FROM alerts WHERE kind = 'check_failed'"), Cancel);
        Assert.Equal("administrators_second_factor", JsonElement.Parse(Assert.Single(alerts)).GetProperty("checks").GetString());
        var events = await lab.Database.ReadAsync(r => r.QueryAsync<string>("SELECT outcome FROM audit_events WHERE name = 'security_check_run' ORDER BY id"), Cancel);
        Assert.Equal(["failure", "failure", "success"], events.Order());
    }

    [Fact]
    public async Task A_database_that_cannot_be_written_does_not_hide_the_report()
    {
        await using var lab = await CheckLab.NewAsync();
        await lab.SqlAsync("DROP TABLE check_runs");

        var report = await lab.Part<SecurityCheck>().RunAsync(Reviews.Deployment, lab.Scene, CheckPatience.OfRequest, RequestOrigin.System, Cancel);

        Assert.Contains("check_runs", report.Unrecorded, StringComparison.Ordinal);
        Assert.NotEmpty(report.Items);
        Assert.Contains("could not be kept", CheckText.Of(report, korean: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_twice_as_much_as_before_is_worth_a_look()
    {
        await using var lab = await CheckLab.NewAsync();
        lab.Clock.Advance(TimeSpan.FromDays(-8));
        await lab.EventsAsync("login_failed", 60);
        lab.Clock.Advance(TimeSpan.FromDays(8));
        await lab.EventsAsync("login_failed", 120);
        var twice = await Breaks.Item("failed_logins").Look(lab.Scene, Cancel);
        await lab.EventsAsync("login_failed", 1);
        var more = await Breaks.Item("failed_logins").Look(lab.Scene, Cancel);
        Assert.Equal(CheckResult.Pass, twice.Result);
        Assert.Equal("login_failed: 120 in the last 7 days, 60 in the 7 before", twice.Evidence);
        Assert.Equal(CheckResult.Warn, more.Result);
    }
}
