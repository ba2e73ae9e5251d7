using System.Text.Json;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>Writes audit events. A change and its event share one transaction: neither exists without the other.</summary>
public sealed class AuditTrail(Database database, TimeProvider time, params IEnumerable<IAuditObserver> observers)
{
    private const string Insert = """
        INSERT INTO audit_events
            (id, at, name, outcome, actor_id, session_id, request_id, address, resource_type, resource_id, reason, details)
        VALUES
            (@Id, @At, @Name, @Outcome, @ActorId, @SessionId, @RequestId, @Address, @ResourceType, @ResourceId, @Reason, @Details)
        """;

    // Longer than a busy database keeps a writer waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);

    private readonly IAuditObserver[] observers = [.. observers];

    /// <summary>Adds the event to a transaction that makes the change it tells of.</summary>
    public Task RecordAsync(Transaction transaction, RequestOrigin origin, AuditEvent happened) =>
        WriteAsync(transaction, origin, happened, time.GetUtcNow());

    /// <summary>Writes an event that goes with no other change.</summary>
    public Task RecordAsync(RequestOrigin origin, AuditEvent happened, CancellationToken cancel) =>
        database.WriteAsync(t => RecordAsync(t, origin, happened), cancel);

    /// <summary>
    /// Writes events of what has happened already, all or none. A client that leaves does not erase its traces: only the
    /// database's own slowness ends this, after 35 seconds.
    /// </summary>
    public async Task RecordDoneAsync(RequestOrigin origin, params IReadOnlyList<AuditEvent> happened)
    {
        using var bound = new CancellationTokenSource(Patience);
        var now = time.GetUtcNow();
        await RecordAllAsync(happened.Select(e => (now, origin, e)), bound.Token);
    }

    internal Task RecordAllAsync(IEnumerable<(DateTimeOffset At, RequestOrigin Origin, AuditEvent Event)> events, CancellationToken cancel) =>
        database.WriteAsync(
            async t =>
            {
                foreach (var (at, origin, happened) in events)
                {
                    await WriteAsync(t, origin, happened, at);
                }
            }, cancel);

    private async Task WriteAsync(Transaction transaction, RequestOrigin origin, AuditEvent happened, DateTimeOffset at)
    {
        await transaction.ExecuteAsync(Insert, Row(origin, happened, at));
        foreach (var observer in observers)
        {
            transaction.AfterCommit(() => observer.Recorded(origin, happened, at));
        }
    }

    private static object Row(RequestOrigin origin, AuditEvent happened, DateTimeOffset at) => new
    {
        Id = Guid.CreateVersion7(at),
        At = at,
        happened.Name,
        happened.Outcome,
        ActorId = happened.ActorId ?? origin.Caller?.UserId,
        SessionId = origin.Caller?.SessionId,
        origin.RequestId,
        origin.Address,
        happened.ResourceType,
        happened.ResourceId,
        happened.Reason,
        Details = happened.Details is null ? null : JsonSerializer.Serialize(happened.Details, WireJson.Options),
    };
}
