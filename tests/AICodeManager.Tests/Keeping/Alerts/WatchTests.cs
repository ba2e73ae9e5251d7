using System.Net;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace AICodeManager.Tests.Keeping.Alerts;

/// <summary>What is refused and recorded becomes alerts: some at once, some from a count on.</summary>
public sealed class WatchTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_tell_of_failed_sign_ins_from_the_threshold_on_all_nodes_together(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        var b = lab.NewNode();
        await FailAsync(lab.A, 5, "203.0.113.7");
        await FailAsync(b, 4, "198.51.100.1");
        await lab.A.TurnAsync();
        await b.TurnAsync();
        Assert.Empty(lab.Sent);

        await FailAsync(b, 1, "198.51.100.1");
        await b.TurnAsync();

        var message = lab.Sent.First(sent => sent.Channel == "slack").Message;
        Assert.Equal(AlertKinds.FailedLogins, message.Content.Kind);
        Assert.Equal("10", message.Content.Facts["count"]);
        Assert.Contains("198.51.100.1 (1)", message.Content.Facts["networks"], StringComparison.Ordinal);
        await FailAsync(lab.A, 7, "203.0.113.7");
        await lab.A.TurnAsync();
        Assert.Equal(3, lab.Sent.Count);
        lab.Clock.Advance(TimeSpan.FromMinutes(10));
        await lab.A.TurnAsync();
        Assert.Equal(7, lab.Sent.Last(sent => sent.Channel == "slack").Message.Content.HeldBack);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Cannot_add_up_what_lies_further_apart_than_the_window(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        for (var minute = 0; minute < 30; minute++)
        {
            await FailAsync(lab.A, 1, "203.0.113.7");
            await lab.A.TurnAsync();
            lab.Clock.Advance(TimeSpan.FromSeconds(40));
        }

        Assert.Empty(lab.Sent);
        Assert.InRange(await lab.CountAsync("SELECT COUNT(*) FROM alert_counts"), 1, 32);
    }

    [Fact]
    public async Task Can_tell_of_many_requests_over_the_limits_and_of_attacks()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        Refuse(lab.A, 99, new Refusal(429, "rate_limited", "Too many."));
        Refuse(lab.A, 4, new Refusal(403, "attack_detected", "No."));
        Refuse(lab.A, 500, new Refusal(403, "permission_denied", "No."));
        await lab.A.TurnAsync();
        Assert.Empty(lab.Sent);

        Refuse(lab.A, 1, new Refusal(429, "rate_limited", "Too many.") { Unrecorded = true });
        await lab.A.TurnAsync();
        Assert.Equal([AlertKinds.RateLimitViolations], Kinds(lab));
        Refuse(lab.A, 1, new Refusal(403, "attack_detected", "No."));
        await lab.A.TurnAsync();
        Assert.Equal([AlertKinds.RateLimitViolations, AlertKinds.AttackAttempts], Kinds(lab));
    }

    [Fact]
    public async Task Cannot_count_a_refused_attack_twice()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        for (var n = 0; n < 4; n++)
        {
            Refuse(lab.A, 1, new Refusal(403, "attack_detected", "No."));
            await lab.A.Audit.RecordDoneAsync(Origin("203.0.113.7"), new AuditEvent("attack_detected") { Reason = "attack_detected" });
        }

        await lab.A.TurnAsync();
        Assert.Empty(lab.Sent);
        // Seen and let through, as where the detector only watches.
        await lab.A.Audit.RecordDoneAsync(Origin("203.0.113.7"), new AuditEvent("attack_detected") { Reason = "sql" });
        await lab.A.TurnAsync();
        Assert.Equal([AlertKinds.AttackAttempts], Kinds(lab));
    }

    [Fact]
    public async Task A_network_that_is_blocked_again_and_again_is_one_thing()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        foreach (var block in new[] { "b1", "b2" })
        {
            await lab.A.Audit.RecordDoneAsync(Origin("192.0.2.1"), new AuditEvent("client_blocked")
            {
                Details = new Dictionary<string, object?> { ["network"] = "203.0.113.7" },
            }.On("block", block));
        }

        await lab.A.TurnAsync();
        var told = Assert.Single(lab.Sent, sent => sent.Channel == "slack").Message.Content;
        Assert.Equal(("203.0.113.7", 2L), (told.Subject, told.Occurrences));
    }

    [Theory]
    [InlineData("potential_attack", AlertKinds.PotentialAttack)]
    [InlineData("key_suspended", AlertKinds.PotentialAttack)]
    [InlineData("account_locked", AlertKinds.AccountLocked)]
    [InlineData("client_blocked", AlertKinds.Blocked)]
    [InlineData("audit_overflow", AlertKinds.AuditBroken)]
    public async Task Can_tell_at_once_of(string name, string kind)
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        await lab.A.Audit.RecordDoneAsync(Origin("203.0.113.7"), new AuditEvent(name)
        {
            Reason = "why", Details = new Dictionary<string, object?> { ["count"] = 12 },
        }.On("thing", "t1"));
        await lab.A.TurnAsync();

        var told = lab.Sent.First(sent => sent.Channel == "slack").Message.Content;
        Assert.Equal(kind, told.Kind);
        Assert.Equal(("203.0.113.7", "why", "t1", "12"), (told.Facts["address"], told.Facts["reason"], told.Facts["thing"], told.Facts["count"]));
    }

    [Fact]
    public async Task Cannot_tell_of_what_was_not_kept()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        await Assert.ThrowsAsync<InvalidOperationException>(() => lab.Database.WriteAsync(async t =>
        {
            await lab.A.Audit.RecordAsync(t, Origin("203.0.113.7"), new AuditEvent("potential_attack").On("key", "k1"));
            throw new InvalidOperationException("rolled back");
        }, Cancel));
        await lab.A.TurnAsync();

        Assert.Empty(lab.Sent);
    }

    [Fact]
    public async Task Cannot_fail_a_write_by_failing_itself()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        await lab.A.Audit.RecordDoneAsync(Origin("203.0.113.7"), new AuditEvent("potential_attack")
        {
            Details = new Dictionary<string, object?> { ["thing"] = new Unspeakable() },
        });

        Assert.Equal(1, await lab.CountAsync("SELECT COUNT(*) FROM audit_events WHERE name = 'potential_attack'"));
    }

    [Fact]
    public async Task Can_tell_that_the_audit_cannot_be_written()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        await lab.Database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE audit_events RENAME TO audit_away"), Cancel);
        await lab.A.Audit.RecordDoneAsync(Origin("203.0.113.7"), new AuditEvent("login"));
        await lab.A.Audit.RecordDoneAsync(Origin("203.0.113.7"), new AuditEvent("login"));
        await lab.A.TurnAsync();

        var message = lab.Sent.First(sent => sent.Channel == "slack").Message;
        Assert.Equal(AlertKinds.AuditBroken, message.Content.Kind);
        Assert.Contains("audit_events", message.Content.Facts["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cannot_raise_an_alarm_about_addresses_that_have_no_account()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        await lab.A.Audit.RecordDoneAsync(Origin("203.0.113.7"), new AuditEvent("account_locked") { Reason = "unknown_account" });
        await lab.A.TurnAsync();

        Assert.Empty(lab.Sent);
    }

    private static List<string> Kinds(AlertLab lab) => [.. lab.Sent.Where(sent => sent.Channel == "slack").Select(sent => sent.Message.Content.Kind)];

    private static RequestOrigin Origin(string address) => new(address, "r1", null);

    private static async Task FailAsync(AlertLab.Node node, int times, string address)
    {
        for (var n = 0; n < times; n++)
            await node.Audit.RecordAsync(Origin(address), new AuditEvent("login_failed") { Outcome = AuditOutcome.Refused }, Cancel);
    }

    private static void Refuse(AlertLab.Node node, int times, Refusal refusal)
    {
        for (var n = 0; n < times; n++)
            node.Watch.Refused(new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse($"203.0.113.{n % 250}") } }, refusal);
    }

    private sealed record Unspeakable
    {
        public override string ToString() => throw new InvalidOperationException("no words");
    }
}
