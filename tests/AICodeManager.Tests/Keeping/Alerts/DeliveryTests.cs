using System.Text.Json;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Ground.Configuration;

namespace AICodeManager.Tests.Keeping.Alerts;

/// <summary>A delivery is tried until it is made or given up, by one node at a time, over restarts.</summary>
public sealed class DeliveryTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_be_tried_again_ever_later_and_be_given_up_in_the_end(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        lab.Answers["slack"] = SendResult.Later("answered with status 503");
        var began = lab.Clock.UtcNow;
        await lab.A.RaiseAsync(AlertKinds.AuditBroken);
        Assert.Equal(1, Attempts());
        Assert.Equal(2, await lab.CountAsync("SELECT COUNT(*) FROM alert_deliveries WHERE state = 'sent'"));

        var gaps = new List<TimeSpan>();
        while (await NextAsync() is { } next)
        {
            gaps.Add(next - lab.Clock.UtcNow);
            lab.Clock.UtcNow = next - TimeSpan.FromMilliseconds(1);
            await lab.A.DeliverAsync();
            Assert.Equal(gaps.Count, Attempts());
            lab.Clock.UtcNow = next;
            await lab.A.DeliverAsync();
        }

        Assert.Equal(Backoff.MaxAttempts, Attempts());
        Assert.All(gaps.Index(), gap => Assert.InRange(
            gap.Item / Min(TimeSpan.FromSeconds(30 * Math.Pow(2, gap.Index)), TimeSpan.FromHours(8)), 0.79, 1.21));
        Assert.InRange(lab.Clock.UtcNow - began, TimeSpan.FromHours(12), TimeSpan.FromHours(24));
        Assert.Equal(["failed"], await lab.QueryAsync<string>("SELECT state FROM alert_deliveries WHERE channel = 'slack'"));
        Assert.Equal(
            ["answered with status 503"], await lab.QueryAsync<string>("SELECT reason FROM audit_events WHERE name = 'alert_not_delivered'"));

        int Attempts() => lab.Sent.Count(sent => sent.Channel == "slack");
        Task<DateTimeOffset?> NextAsync() => lab.Database.ReadAsync(async r => (await r.QueryAsync<DateTimeOffset?>(
            "SELECT next_attempt_at FROM alert_deliveries WHERE channel = 'slack' AND state = 'pending'")).SingleOrDefault(), Cancel);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_go_on_after_a_restart_with_what_was_not_delivered(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        lab.Answers["slack"] = SendResult.Later("cannot be reached");
        await lab.A.RaiseAsync(AlertKinds.BackupFailed, null, ("reason", "disk full"));
        var first = lab.Sent.Single(sent => sent.Channel == "slack").Message;
        lab.Sent.Clear();
        lab.Answers.Clear();

        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await lab.NewNode().DeliverAsync();

        var (channel, _, again) = Assert.Single(lab.Sent);
        Assert.Equal("slack", channel);
        Assert.Equal((first.Id, first.Title, first.Text), (again.Id, again.Title, again.Text));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_be_taken_over_from_a_node_that_died_in_the_middle_but_not_before(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        lab.A.Desk.Raise(new Alert(AlertKinds.AuditBroken, AlertSeverity.Critical, null, new Dictionary<string, string>()));
        await lab.A.KeepAsync();
        using var dead = new CancellationTokenSource();
        var dying = lab.A.DeliverAsync(dead.Token);
        await dying;
        // As if it had died: claimed, and nothing noted.
        await lab.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE alert_deliveries SET state = 'pending', finished_at = NULL, leased_until = @until", new { until = lab.Clock.UtcNow + TimeSpan.FromMinutes(3) }), Cancel);
        lab.Sent.Clear();
        var b = lab.NewNode();

        await b.DeliverAsync();
        Assert.Empty(lab.Sent);
        lab.Clock.Advance(TimeSpan.FromMinutes(4));
        await b.DeliverAsync();
        Assert.Equal(3, lab.Sent.Count);
        Assert.Equal(3, await lab.CountAsync("SELECT COUNT(*) FROM alert_deliveries WHERE state = 'sent' AND attempts = 2"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Cannot_be_made_twice_by_nodes_that_look_at_the_same_moment(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        for (var n = 0; n < 4; n++)
            lab.A.Desk.Raise(new Alert(AlertKinds.AccountLocked, AlertSeverity.Warning, $"u{n}", new Dictionary<string, string>()));
        await lab.A.KeepAsync();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => lab.NewNode().DeliverAsync(), Cancel)));

        Assert.Equal(12, lab.Sent.Count);
        Assert.Equal(12, lab.Sent.Select(sent => sent.Message.Id).Distinct().Count());
    }

    [Fact]
    public async Task Cannot_be_tried_again_where_it_was_refused_for_good()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        lab.Answers["email"] = SendResult.Never("RCPT: 550 5.1.1 No such mailbox");
        await lab.A.RaiseAsync(AlertKinds.AuditBroken);
        lab.Clock.Advance(TimeSpan.FromDays(1));
        await lab.A.DeliverAsync();

        Assert.Equal(2, lab.Sent.Count(sent => sent.Channel == "email"));
        Assert.Equal(2, await lab.CountAsync("SELECT COUNT(*) FROM alert_deliveries WHERE state = 'failed' AND attempts = 1"));
    }

    [Fact]
    public async Task Can_wait_as_long_as_the_other_side_asks()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        lab.Answers["slack"] = SendResult.Later("answered with status 429", TimeSpan.FromHours(1));
        await lab.A.RaiseAsync(AlertKinds.AuditBroken);
        lab.Answers.Clear();
        lab.Clock.Advance(TimeSpan.FromMinutes(59));
        await lab.A.DeliverAsync();
        Assert.Equal(1, lab.Sent.Count(sent => sent.Channel == "slack"));
        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await lab.A.DeliverAsync();
        Assert.Equal(2, lab.Sent.Count(sent => sent.Channel == "slack"));
    }

    [Fact]
    public async Task Can_be_given_up_where_its_channel_was_taken_out()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        lab.Answers["slack"] = SendResult.Later("cannot be reached");
        await lab.A.RaiseAsync(AlertKinds.AuditBroken);
        using var scene = new Scene();
        var other = lab.NewNode(scene.Settings());
        await other.KeepAsync();
        Assert.Equal(1, await lab.CountAsync("SELECT COUNT(*) FROM alert_deliveries WHERE state = 'pending'"));
        lab.Clock.Advance(TimeSpan.FromDays(2));
        await other.KeepAsync();
        Assert.Equal(0, await lab.CountAsync("SELECT COUNT(*) FROM alert_deliveries WHERE state = 'pending'"));
    }

    [Fact]
    public async Task Can_be_read_as_it_was_told_then_also_by_later_attempts()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        lab.Answers["slack"] = SendResult.Later("cannot be reached");
        await lab.A.RaiseAsync(AlertKinds.AccountLocked, "u1", ("address", "203.0.113.1"));
        lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await lab.A.RaiseAsync(AlertKinds.AccountLocked, "u1", ("address", "203.0.113.2"));

        Assert.Equal(2, lab.Sent.Count(sent => sent.Channel == "slack"));
        Assert.All(lab.Sent.Where(sent => sent.Channel == "slack"), sent => Assert.Equal("203.0.113.1", sent.Message.Content.Facts["address"]));
        Assert.Equal("203.0.113.2", JsonElement.Parse(Assert.Single(await lab.QueryAsync<string>("SELECT facts FROM alerts"))).GetProperty("address").GetString());
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
