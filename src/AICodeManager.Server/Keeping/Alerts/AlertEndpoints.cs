using System.Text.Json;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>What was raised and what became of it, and a test of the channels.</summary>
public static class AlertEndpoints
{
    private static readonly string[] States = [DeliveryState.Pending, DeliveryState.Sent, DeliveryState.Failed];

    /// <param name="Channel">A channel's name; all channels without.</param>
    public sealed record TestRequest(string? Channel = null);

    internal static async Task<IResult> ListAsync(
        HttpContext context, PageRequest page, string? kind, string? delivery, Database database, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (kind is not null)
            errors.OneOf("kind", kind, [.. AlertKinds.All]);
        if (delivery is not null)
            errors.OneOf("delivery", delivery, States);
        if (errors.Any)
            return errors.ToRefusal();
        const string Where = """
            (@kind IS NULL OR kind = @kind)
            AND (@delivery IS NULL OR EXISTS (SELECT 1 FROM alert_deliveries d WHERE d.alert_id = alerts.id AND d.state = @delivery))
            """;
        var filter = new { kind, delivery, page.After, Take = page.Limit + 1 };
        return await database.ReadAsync(async r =>
        {
            var total = await r.ScalarAsync<long>($"SELECT COUNT(*) FROM alerts WHERE {Where}", filter);
            var rows = await r.QueryAsync<AlertRow>(
                $"SELECT * FROM alerts WHERE {Where} AND (@After IS NULL OR id < @After) ORDER BY id DESC LIMIT @Take", filter);
            var deliveries = await DeliveriesAsync(r, rows);
            return page.Cut(rows, row => row.Id, row => new AlertView(row, deliveries[row.Id])).ToResult(context, total);
        }, cancel);
    }

    internal static async Task<IResult> GetAsync(Guid id, Database database, CancellationToken cancel) => await database.ReadAsync(async r =>
    {
        var row = await r.SingleAsync<AlertRow>("SELECT * FROM alerts WHERE id = @id", new { id });
        return row is null ? (IResult)Refusals.NotFound() : TypedResults.Json(new AlertView(row, (await DeliveriesAsync(r, [row]))[id]), WireJson.Options);
    }, cancel);

    internal static async Task<IResult> TestAsync(
        TestRequest body, Settings settings, RequestOrigin origin, AlertStore store, Database database, AuditTrail audit, CancellationToken cancel)
    {
        var names = settings.Monitoring.Alerts.Channels.Select(channel => channel.Name).ToArray();
        if (body.Channel is not null && !names.Contains(body.Channel))
            return Refusals.InvalidInput("channel", $"must be one of: {string.Join(", ", names)}");
        if (!settings.Monitoring.Alerts.Enabled || names.Length == 0)
            return Refusals.Conflict("alerts_off", "Alerts are switched off, or no channel is configured.");
        var id = await database.WriteAsync(async t =>
        {
            var made = await store.RecordTestAsync(t, body.Channel, origin.Caller?.UserId.ToString("D"));
            await audit.RecordAsync(t, origin, new AuditEvent("alert_tested")
            {
                Details = body.Channel is null ? null : new Dictionary<string, object?> { ["channel"] = body.Channel },
            }.On("alert", made));
            return made;
        }, cancel);
        return await database.ReadAsync(async r =>
        {
            var row = await r.SingleAsync<AlertRow>("SELECT * FROM alerts WHERE id = @id", new { id });
            return TypedResults.Json(new AlertView(row!, (await DeliveriesAsync(r, [row!]))[id]), WireJson.Options, statusCode: StatusCodes.Status202Accepted);
        }, cancel);
    }

    // A page has at most 200 alerts; a list is no parameter that both databases take.
    private static async Task<ILookup<Guid, Delivery>> DeliveriesAsync(Reader r, IReadOnlyList<AlertRow> alerts)
    {
        var ids = alerts.Index().ToDictionary(alert => $"id{alert.Index}", object (alert) => alert.Item.Id);
        var rows = ids.Count == 0 ? [] : await r.QueryAsync<Delivery>(
            $"SELECT * FROM alert_deliveries WHERE alert_id IN ({string.Join(", ", ids.Keys.Select(name => $"@{name}"))}) ORDER BY id", ids);
        return rows.ToLookup(delivery => delivery.AlertId);
    }

    private sealed record AlertView(
        Guid Id, string Kind, string Severity, string? Subject, JsonElement Facts, long Occurrences, DateTimeOffset FirstAt, DateTimeOffset LastAt,
        DateTimeOffset? ClosedAt, IReadOnlyList<DeliveryView> Deliveries)
    {
        public AlertView(AlertRow row, IEnumerable<Delivery> deliveries)
            : this(
                row.Id, row.Kind, row.Severity, row.Subject.Length == 0 ? null : row.Subject, JsonElement.Parse(row.Facts), row.Occurrences, row.FirstAt,
                row.LastAt, row.ClosedAt, [.. deliveries.Select(delivery => new DeliveryView(delivery))])
        {
        }
    }

    private sealed record DeliveryView(
        Guid Id, string Channel, string? Recipient, long Part, string State, long Attempts, DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt,
        DateTimeOffset? FinishedAt, string? LastError)
    {
        public DeliveryView(Delivery row)
            : this(
                row.Id, row.Channel, row.Recipient.Length == 0 ? null : row.Recipient, row.Part, row.State, row.Attempts,
                row.State == DeliveryState.Pending ? row.NextAttemptAt : null, row.CreatedAt, row.FinishedAt, row.LastError)
        {
        }
    }
}
