using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Chain;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Writes audit events. A change and its event share one transaction: neither exists without the other. The events of a
/// transaction are gathered and written right before it commits, each linked to the one before it (<see cref="AuditLanes"/>).
/// </summary>
public sealed class AuditTrail(Database database, AuditLanes lanes, TimeProvider time, params IEnumerable<IAuditObserver> observers)
{
    // Longer than a busy database keeps a writer waiting.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35);

    private readonly IAuditObserver[] observers = [.. observers];

    /// <summary>Adds the event to a transaction that makes the change it tells of.</summary>
    public Task RecordAsync(Transaction transaction, RequestOrigin origin, AuditEvent happened)
    {
        Add(transaction, origin, happened, time.GetUtcNow());
        return Task.CompletedTask;
    }

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
            t =>
            {
                foreach (var (at, origin, happened) in events)
                {
                    Add(t, origin, happened, at);
                }

                return Task.CompletedTask;
            }, cancel);

    private void Add(Transaction transaction, RequestOrigin origin, AuditEvent happened, DateTimeOffset at)
    {
        transaction.Enlist(this, () => new AuditBatch(lanes)).Add(AuditEntry.Of(origin, happened, at));
        foreach (var observer in observers)
        {
            transaction.AfterCommit(() => observer.Recorded(origin, happened, at));
        }
    }
}
