using System.Text.Json;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>
/// Episodes: what is of one kind and about one subject is one row, told once at its beginning and, while it goes on, once
/// in each <c>throttle</c> with the number of what was held back. It is over when a throttle passed in which nothing happened.
/// </summary>
public sealed class AlertStore(Settings settings, DeliveryStore deliveries, TimeProvider time)
{
    /// <summary>Episodes of one kind at a time; further subjects are told together, or many small causes would make a flood.</summary>
    private const int MaxOpen = 5;

    private const string Upsert = """
        INSERT INTO alerts (id, kind, severity, subject, facts, occurrences, told, part, first_at, last_at, quiet_until)
        VALUES (@Id, @Kind, @Severity, @Subject, @Facts, @Occurrences, @Occurrences, 0, @At, @At, @QuietUntil)
        ON CONFLICT (kind, subject) WHERE closed_at IS NULL DO UPDATE SET
            occurrences = alerts.occurrences + excluded.occurrences, facts = excluded.facts, severity = excluded.severity,
            last_at = CASE WHEN excluded.last_at > alerts.last_at THEN excluded.last_at ELSE alerts.last_at END
        RETURNING *
        """;

    /// <summary>Writes an alert down; it makes a message where it begins an episode.</summary>
    internal async Task RecordAsync(Transaction t, RaisedAlert raised)
    {
        var open = await t.QueryAsync<string>(
            "SELECT subject FROM alerts WHERE kind = @Kind AND closed_at IS NULL LIMIT 1000", new { raised.Kind });
        var folded = open.Count >= MaxOpen && !open.Contains(raised.Subject);
        if (folded && raised.Subject.Length > 0)
            raised.Facts["latest"] = raised.Subject;
        var (id, now) = (Guid.CreateVersion7(time.GetUtcNow()), time.GetUtcNow());
        var row = await t.SingleAsync<AlertRow>(Upsert, new
        {
            Id = id, raised.Kind, Severity = Word(raised.Severity), Subject = folded ? RaisedAlert.Many : raised.Subject,
            Facts = JsonSerializer.Serialize(raised.Facts), raised.Occurrences, raised.At,
            QuietUntil = now + settings.Monitoring.Alerts.Throttle,
        });
        if (row!.Id == id)
            await deliveries.AddAsync(t, row.Content(part: 0, heldBack: 0), now);
    }

    /// <summary>A test is an episode of its own, over at once, to all channels or one.</summary>
    /// <param name="channel">Null for all.</param>
    internal async Task<Guid> RecordTestAsync(Transaction t, string? channel, string? askedBy)
    {
        var now = time.GetUtcNow();
        var row = new AlertRow
        {
            Id = Guid.CreateVersion7(now), Kind = AlertKinds.Test, Severity = Word(AlertSeverity.Info), Occurrences = 1, FirstAt = now, LastAt = now,
            Facts = JsonSerializer.Serialize(askedBy is null ? [] : new Dictionary<string, string> { ["asked_by"] = askedBy }),
        };
        await t.ExecuteAsync(
            """
            INSERT INTO alerts (id, kind, severity, subject, facts, occurrences, told, part, first_at, last_at, quiet_until, closed_at)
            VALUES (@Id, @Kind, @Severity, @Subject, @Facts, 1, 1, 0, @FirstAt, @FirstAt, @FirstAt, @FirstAt)
            """, row);
        await deliveries.AddAsync(t, row.Content(part: 0, heldBack: 0), now, channel);
        return row.Id;
    }

    /// <summary>Episodes whose quiet time is over and that were not looked at since.</summary>
    internal static Task<IReadOnlyList<AlertRow>> DueAsync(Reader r, DateTimeOffset now) => r.QueryAsync<AlertRow>(
        "SELECT * FROM alerts WHERE closed_at IS NULL AND quiet_until <= @now ORDER BY quiet_until LIMIT 100", new { now });

    /// <summary>Tells what was held back, or ends the episode where nothing was. Of several nodes one does it.</summary>
    internal async Task ConcludeAsync(Transaction t, AlertRow due)
    {
        var now = time.GetUtcNow();
        var seen = new { due.Id, due.Part, due.Told, now, until = now + settings.Monitoring.Alerts.Throttle };
        var summed = await t.SingleAsync<AlertRow>(
            """
            UPDATE alerts SET told = occurrences, part = part + 1, quiet_until = @until
            WHERE id = @Id AND part = @Part AND closed_at IS NULL AND occurrences > told RETURNING *
            """, seen);
        if (summed is not null)
        {
            await deliveries.AddAsync(t, summed.Content(summed.Part, summed.Told - due.Told), now);
            return;
        }

        await t.ExecuteAsync(
            "UPDATE alerts SET closed_at = @now WHERE id = @Id AND part = @Part AND closed_at IS NULL AND occurrences = told", seen);
    }

    /// <summary>Adds to a count that all nodes share; the sum over the window.</summary>
    internal async Task<long> CountAsync(Transaction t, string kind, long count)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var window = (long)settings.Monitoring.Alerts.Window.TotalMilliseconds;
        // Slots are a thirtieth of the window: it slides, and a kind has few rows.
        var width = Math.Max(1_000, window / 30);
        await t.ExecuteAsync(
            """
            INSERT INTO alert_counts (kind, slot, count) VALUES (@kind, @slot, @count)
            ON CONFLICT (kind, slot) DO UPDATE SET count = alert_counts.count + excluded.count
            """, new { kind, slot = now - (now % width), count });
        await t.ExecuteAsync("DELETE FROM alert_counts WHERE slot <= @old", new { old = now - window - width });
        return await t.ScalarAsync<long>(
            "SELECT COALESCE(SUM(count), 0) FROM alert_counts WHERE kind = @kind AND slot > @from", new { kind, from = now - window });
    }

    /// <summary>Forgets episodes that were over before then, a hundred at a time; how many.</summary>
    internal static Task<int> ForgetAsync(Transaction t, DateTimeOffset before) => t.ExecuteAsync(
        "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE closed_at < @before ORDER BY closed_at LIMIT 100)", new { before });

    private static string Word(AlertSeverity severity) => severity.ToString().ToLowerInvariant();
}
