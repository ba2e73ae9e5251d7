using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>
/// Deliveries wait in the database, so that they survive restarts and any node can make them. An attempt leases its row
/// first: of several nodes one has it, and a node that dies loses it when the lease is over.
/// </summary>
public sealed class DeliveryStore(Settings settings, Database database, AuditTrail audit, TimeProvider time)
{
    /// <summary>Longer than the longest attempt, see <see cref="AlertCourier"/>.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<AlertChannel> channels = settings.Monitoring.Alerts.Channels;

    /// <summary>Makes the deliveries of a message, one for each recipient.</summary>
    /// <param name="only">One channel's name; null for all.</param>
    internal async Task AddAsync(Transaction t, AlertContent content, DateTimeOffset now, string? only = null)
    {
        foreach (var channel in channels.Where(channel => only is null || channel.Name == only))
        {
            foreach (var recipient in channel is EmailChannel mail ? mail.Recipients : [""])
            {
                await t.ExecuteAsync(
                    """
                    INSERT INTO alert_deliveries
                        (id, alert_id, channel, recipient, part, content, state, attempts, next_attempt_at, leased_until, created_at)
                    VALUES (@id, @AlertId, @Name, @recipient, @Part, @json, 'pending', 0, @now, 0, @now)
                    """, new { id = Guid.CreateVersion7(now), content.AlertId, channel.Name, recipient, content.Part, json = content.ToJson(), now });
            }
        }
    }

    /// <summary>Takes the next due delivery of a channel, for the time of one attempt; null where none is due.</summary>
    internal async Task<Delivery?> ClaimAsync(string channel, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        const string Due = "channel = @channel AND state = 'pending' AND next_attempt_at <= @now AND leased_until <= @now";
        var due = await database.ReadAsync(r => r.ScalarAsync<string>(
            $"SELECT id FROM alert_deliveries WHERE {Due} ORDER BY next_attempt_at, id LIMIT 1", new { channel, now }), cancel);
        return due is null ? null : await database.WriteAsync(
            t => t.SingleAsync<Delivery>(
                $"UPDATE alert_deliveries SET lease = @lease, leased_until = @until, attempts = attempts + 1 WHERE id = @due AND {Due} RETURNING *",
                new { channel, now, due, lease = Guid.NewGuid(), until = now + Lease }),
            cancel);
    }

    internal Task SentAsync(Delivery delivery) => ConcludeAsync(delivery, DeliveryState.Sent, null);

    internal Task RetryAsync(Delivery delivery, string error, DateTimeOffset next) => WriteAsync(t => t.ExecuteAsync(
        "UPDATE alert_deliveries SET next_attempt_at = @next, leased_until = 0, last_error = @error WHERE id = @Id AND lease = @Lease",
        new { delivery.Id, delivery.Lease, next, error }));

    /// <summary>Gives up. That somebody was not told is an event of its own.</summary>
    internal Task FailAsync(Delivery delivery, string error) => ConcludeAsync(delivery, DeliveryState.Failed, error);

    /// <summary>Deliveries of all nodes that wait to be made.</summary>
    internal Task<long> PendingAsync(CancellationToken cancel) => database.ReadAsync(
        r => r.ScalarAsync<long>("SELECT COUNT(*) FROM alert_deliveries WHERE state = 'pending'"), cancel);

    /// <summary>Gives up what waited a day for a channel that is configured no more. A new one may be known to a newer node only.</summary>
    internal Task FailForgottenAsync(CancellationToken cancel) => database.WriteAsync(async t =>
    {
        var (now, known) = (time.GetUtcNow(), channels.Select(channel => channel.Name).ToHashSet());
        foreach (var name in await t.QueryAsync<string>("SELECT DISTINCT channel FROM alert_deliveries WHERE state = 'pending'"))
        {
            if (!known.Contains(name))
            {
                await t.ExecuteAsync(
                    """
                    UPDATE alert_deliveries SET state = 'failed', finished_at = @now, last_error = 'the channel is not configured any more'
                    WHERE channel = @name AND state = 'pending' AND created_at < @old
                    """, new { name, now, old = now - TimeSpan.FromDays(1) });
            }
        }
    }, cancel);

    private Task ConcludeAsync(Delivery delivery, string state, string? error) => WriteAsync(async t =>
    {
        var mine = await t.ExecuteAsync(
            """
            UPDATE alert_deliveries SET state = @state, finished_at = @now, leased_until = 0, last_error = COALESCE(@error, last_error)
            WHERE id = @Id AND lease = @Lease AND state = 'pending'
            """, new { delivery.Id, delivery.Lease, state, error, now = time.GetUtcNow() });
        if (mine == 1 && state == DeliveryState.Failed)
        {
            await audit.RecordAsync(t, RequestOrigin.System, new AuditEvent("alert_not_delivered")
            {
                Outcome = AuditOutcome.Failure,
                Reason = error,
                Details = new Dictionary<string, object?> { ["channel"] = delivery.Channel, ["attempts"] = delivery.Attempts },
            }.On("alert", delivery.AlertId));
        }
    });

    // What became of an attempt is written also while the server stops: otherwise it would be made again.
    private async Task WriteAsync(Func<Transaction, Task> work)
    {
        using var patience = new CancellationTokenSource(Patience);
        await database.WriteAsync(work, patience.Token);
    }
}
