using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Files;
using AICodeManager.Server.Keeping.Audit.Spool;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Writes audit events. A change and its event share one transaction: neither exists without the other. The events of a
/// transaction are gathered and written right before it commits, each linked to the one before it (<see cref="AuditLanes"/>).
/// </summary>
public sealed class AuditTrail(
    Database database, AuditLanes lanes, AuditFiles files, AuditSpool spool, TimeProvider time, AuditChoice choice, params IEnumerable<IAuditObserver> observers)
{
    // Longer than a busy database keeps a writer waiting; while the audit is broken, nobody is kept that long.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(35), PatienceWhenBroken = TimeSpan.FromSeconds(3);

    private readonly IAuditObserver[] observers = [.. observers];

    /// <summary>Adds the event to a transaction that makes the change it tells of; where it cannot be written, neither is kept.</summary>
    public Task RecordAsync(Transaction transaction, RequestOrigin origin, AuditEvent happened)
    {
        Add(transaction, origin, happened, anyway: false);
        return Task.CompletedTask;
    }

    /// <summary>
    /// The same for what must happen even if it cannot be written now: a sign-in, its failure, a block. The event then waits
    /// in the spool (<see cref="AuditSpool"/>) and operators are alarmed.
    /// </summary>
    public Task RecordAnywayAsync(Transaction transaction, RequestOrigin origin, AuditEvent happened)
    {
        Add(transaction, origin, happened, anyway: true);
        return Task.CompletedTask;
    }

    /// <summary>Writes an event that goes with no other change.</summary>
    public Task RecordAsync(RequestOrigin origin, AuditEvent happened, CancellationToken cancel) =>
        database.WriteAsync(t => RecordAsync(t, origin, happened), cancel);

    /// <summary>
    /// Writes events of what may only happen when they are written, all or none. A client that leaves does not end this:
    /// only the database's own slowness does, after 35 seconds.
    /// </summary>
    public async Task RecordFirstAsync(RequestOrigin origin, params IReadOnlyList<AuditEvent> happened)
    {
        using var bound = new CancellationTokenSource(Patience);
        await database.WriteAsync(
            t =>
            {
                foreach (var one in happened)
                {
                    Add(t, origin, one, anyway: false);
                }

                return Task.CompletedTask;
            }, bound.Token);
    }

    /// <summary>
    /// Writes events of what has happened already, all or none; where they cannot be written they wait in the spool. Never
    /// fails, and never ends because a client leaves.
    /// </summary>
    public async Task RecordDoneAsync(RequestOrigin origin, params IReadOnlyList<AuditEvent> happened)
    {
        var now = time.GetUtcNow();
        await RecordAllAsync([.. happened.Select(e => (now, origin, e))]);
    }

    internal async Task RecordAllAsync(IReadOnlyList<(DateTimeOffset At, RequestOrigin Origin, AuditEvent Event)> events)
    {
        var entries = events.Where(e => choice.Keeps(e.Event.Name)).Select(e => AuditEntry.Of(e.Origin, e.Event, e.At)).ToList();
        using var bound = new CancellationTokenSource(spool.IsBroken ? PatienceWhenBroken : Patience);
        try
        {
            if (entries.Count > 0)
            {
                await WriteAsync(entries, bound.Token);
            }
        }
        catch (Exception fault)
        {
            spool.Keep(entries, fault);
        }

        foreach (var (at, origin, happened) in events)
        {
            Tell(origin, happened, at);
        }
    }

    /// <summary>Writes entries that waited, but for those that are written already.</summary>
    internal Task WriteLaterAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel) =>
        database.WriteAsync(async t =>
        {
            foreach (var entry in entries)
            {
                if (await t.ScalarAsync<string>("SELECT id FROM audit_events WHERE id = @Id", new { entry.Id }) is null)
                {
                    BatchOf(t).Add(entry, anyway: false);
                }
            }
        }, cancel);

    private Task WriteAsync(List<AuditEntry> entries, CancellationToken cancel) =>
        database.WriteAsync(
            t =>
            {
                entries.ForEach(entry => BatchOf(t).Add(entry, anyway: false));
                return Task.CompletedTask;
            }, cancel);

    private void Add(Transaction transaction, RequestOrigin origin, AuditEvent happened, bool anyway)
    {
        var now = time.GetUtcNow();
        if (choice.Keeps(happened.Name))
        {
            BatchOf(transaction).Add(AuditEntry.Of(origin, happened, now), anyway);
        }

        if (observers.Length > 0)
        {
            transaction.AfterCommit(() => Tell(origin, happened, now));
        }
    }

    private AuditBatch BatchOf(Transaction transaction) => transaction.Enlist(this, () => new AuditBatch(lanes, files, spool));

    private void Tell(RequestOrigin origin, AuditEvent happened, DateTimeOffset at)
    {
        foreach (var observer in observers)
        {
            observer.Recorded(origin, happened, at);
        }
    }
}
