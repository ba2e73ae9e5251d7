using System.Data.Common;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Alerts;

/// <summary>What is of one kind and about one thing is told once, then once in a while, and then no more.</summary>
public sealed class EpisodeTests(PostgresServer postgres)
{
    private static readonly TimeSpan Throttle = TimeSpan.FromMinutes(10);

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_tell_at_once_hold_back_the_like_and_sum_up(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        await lab.A.RaiseAsync(AlertKinds.AccountLocked, "u1", ("address", "203.0.113.1"));
        Assert.Equal(3, lab.Sent.Count);

        for (var again = 0; again < 4; again++)
        {
            lab.Clock.Advance(TimeSpan.FromMinutes(1));
            await lab.A.RaiseAsync(AlertKinds.AccountLocked, "u1", ("address", $"203.0.113.{again + 2}"));
        }

        Assert.Equal(3, lab.Sent.Count);
        lab.Clock.Advance(Throttle);
        await lab.A.TurnAsync();
        Assert.Equal(6, lab.Sent.Count);
        var summary = lab.Sent.Last(sent => sent.Channel == "slack").Message;
        Assert.Equal((1, 5, 4), (summary.Content.Part, summary.Content.Occurrences, summary.Content.HeldBack));
        Assert.Contains("4 more times", summary.Text, StringComparison.Ordinal);
        Assert.Contains("203.0.113.5", summary.Text, StringComparison.Ordinal);

        lab.Clock.Advance(Throttle);
        await lab.A.TurnAsync();
        Assert.Equal(6, lab.Sent.Count);
        Assert.Equal(0, await lab.CountAsync("SELECT COUNT(*) FROM alerts WHERE closed_at IS NULL"));

        // It was over: what comes now is news again.
        await lab.A.RaiseAsync(AlertKinds.AccountLocked, "u1");
        Assert.Equal(9, lab.Sent.Count);
        Assert.Equal(2, await lab.CountAsync("SELECT COUNT(*) FROM alerts"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_tell_each_kind_and_subject_by_itself(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        await lab.A.RaiseAsync(AlertKinds.AccountLocked, "u1");
        await lab.A.RaiseAsync(AlertKinds.AccountLocked, "u2");
        await lab.A.RaiseAsync(AlertKinds.AuditBroken);
        await lab.A.RaiseAsync(AlertKinds.BackupFailed, null, ("reason", "disk full"));

        Assert.Equal(4, lab.Sent.Count(sent => sent.Channel == "slack"));
        Assert.Equal(8, lab.Sent.Count(sent => sent.Channel == "email"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Cannot_be_made_to_flood_by_many_subjects(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        for (var n = 0; n < 300; n++)
            lab.A.Desk.Raise(new Alert(AlertKinds.Blocked, AlertSeverity.Warning, $"2001:db8:{n:x}::/64", new Dictionary<string, string>()));
        await lab.A.TurnAsync();

        Assert.Equal(6, lab.Sent.Count(sent => sent.Channel == "slack"));
        var several = Assert.Single(lab.Sent, sent => sent.Channel == "slack" && sent.Message.Content.Subject == "*").Message;
        Assert.Contains("several at once", several.Text, StringComparison.Ordinal);
        lab.Clock.Advance(Throttle);
        await lab.A.TurnAsync();
        Assert.Equal(7, lab.Sent.Count(sent => sent.Channel == "slack"));
        Assert.Equal(300, await lab.CountAsync("SELECT SUM(occurrences) FROM alerts"));
    }

    [Fact]
    public async Task Cannot_grow_past_its_bound_in_memory()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        for (var n = 0; n < AlertDesk.Capacity * 3; n++)
            lab.A.Desk.Raise(new Alert(AlertKinds.Blocked, AlertSeverity.Warning, $"s{n}", new Dictionary<string, string>()));

        // The database is away: what could not be written goes back, and more comes.
        for (var n = 0; n < 3; n++)
        {
            lab.A.Desk.Return(lab.A.Desk.Take());
            for (var more = 0; more < AlertDesk.Capacity; more++)
                lab.A.Desk.Raise(new Alert(AlertKinds.Blocked, AlertSeverity.Warning, $"{n}-{more}", new Dictionary<string, string>()));
        }

        var waiting = lab.A.Desk.Take();
        Assert.InRange(waiting.Count, 1, AlertDesk.Capacity + 1);
        Assert.Equal(AlertDesk.Capacity * 6, waiting.Sum(one => one.Occurrences));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_be_raised_on_two_nodes_and_be_one_episode(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        var b = lab.NewNode();
        foreach (var node in new[] { lab.A, b })
            node.Desk.Raise(new Alert(AlertKinds.SandboxProbeFailed, AlertSeverity.Critical, null, new Dictionary<string, string>()));

        await Task.WhenAll(lab.A.TurnAsync(), b.TurnAsync());
        await Task.WhenAll(lab.A.TurnAsync(), b.TurnAsync());
        Assert.Equal(1, lab.Sent.Count(sent => sent.Channel == "slack"));

        lab.Clock.Advance(Throttle);
        await Task.WhenAll(lab.A.TurnAsync(), b.TurnAsync());
        await Task.WhenAll(lab.A.TurnAsync(), b.TurnAsync());
        Assert.Equal(2, lab.Sent.Count(sent => sent.Channel == "slack"));
        Assert.Equal(6, lab.Sent.Count);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_be_raised_with_any_text_from_strangers(string kind)
    {
        await using var lab = await AlertLab.NewAsync(kind, postgres);
        await lab.A.RaiseAsync(
            AlertKinds.PotentialAttack, "a\0b\r\nBcc: all@example.test\ud800\u202e" + new string('x', 500),
            ("address\r\nX: y", "\0\ud83d"), ("reason", new string('가', 1000)), ("event", "<!channel> & <https://evil.example|click>"));

        var (_, _, message) = lab.Sent.First(sent => sent.Channel == "slack");
        Assert.DoesNotContain('\r', message.Text);
        Assert.DoesNotContain(message.Text.Split('\n'), line => line.StartsWith("Bcc", StringComparison.Ordinal));
        Assert.DoesNotContain(message.Text, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202e', message.Text);
        Assert.True(message.Content.Subject.Length <= 201);
    }

    [Fact]
    public async Task Can_forget_what_is_old_and_keep_the_rest()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        await lab.A.RaiseAsync(AlertKinds.AuditBroken);
        lab.Clock.Advance(Throttle);
        await lab.A.TurnAsync();
        lab.Clock.Advance(TimeSpan.FromDays(91));
        await lab.A.RaiseAsync(AlertKinds.BackupFailed);

        Assert.Equal([AlertKinds.BackupFailed], await lab.QueryAsync<string>("SELECT kind FROM alerts"));
        Assert.Equal(3, await lab.CountAsync("SELECT COUNT(*) FROM alert_deliveries"));
    }

    [Fact]
    public async Task Can_keep_what_the_database_does_not_take_for_the_next_round()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres);
        lab.A.Desk.Raise(new Alert(AlertKinds.AuditBroken, AlertSeverity.Critical, null, new Dictionary<string, string>()));
        lab.A.Counts.Add(AlertKinds.AttackAttempts, default);
        await lab.Database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE alert_counts RENAME TO elsewhere"), TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<DbException>(lab.A.KeepAsync);
        Assert.Equal(0, await lab.CountAsync("SELECT COUNT(*) FROM alerts"));

        await lab.Database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE elsewhere RENAME TO alert_counts"), TestContext.Current.CancellationToken);
        await lab.A.KeepAsync();
        Assert.Equal(1, await lab.CountAsync("SELECT COUNT(*) FROM alerts"));
        Assert.Equal(1, await lab.CountAsync("SELECT SUM(count) FROM alert_counts"));
    }

    [Fact]
    public async Task Can_be_switched_off()
    {
        await using var lab = await AlertLab.NewAsync("sqlite", postgres, AlertLab.Config.Replace("alerts:\n", "alerts:\n    enabled: false\n", StringComparison.Ordinal));
        await lab.A.RaiseAsync(AlertKinds.AuditBroken);

        Assert.Empty(lab.Sent);
        Assert.Equal(0, await lab.CountAsync("SELECT COUNT(*) FROM alerts"));
    }
}
