using System.Threading.Channels;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary>
/// Records every refusal without letting a flood of them slow requests: a bounded queue, written in batches. What
/// does not fit is counted and told of by one event, so that the gap itself is known.
/// </summary>
public sealed class RefusalAudit(AuditTrail trail, TimeProvider time)
    : BackgroundService, IRefusalSink
{
    private readonly Channel<(DateTimeOffset, RequestOrigin, AuditEvent)> queue =
        Channel.CreateBounded<(DateTimeOffset, RequestOrigin, AuditEvent)>(
            new BoundedChannelOptions(Capacity) { SingleReader = true });

    /// <summary>Events that wait to be written.</summary>
    public int Waiting => queue.Reader.Count;

    /// <summary>Events that may wait; what comes beyond is only counted.</summary>
    public const int Capacity = 10_000;

    private long dropped;

    public void Refused(HttpContext context, Refusal refusal)
    {
        if (refusal.Unrecorded)
        {
            return;
        }

        var happened = new AuditEvent(refusal.Event ?? NameOf(refusal))
        {
            Outcome = refusal.Status >= 500 ? AuditOutcome.Failure : AuditOutcome.Refused,
            Reason = refusal.Code,
            ResourceType = "route",
            ResourceId = Bounded($"{context.Request.Method} {context.Request.Path}"),
            Details = DetailsOf(refusal),
        };
        Note(RequestOrigin.Of(context), happened);
    }

    /// <summary>Takes an event that goes with no change and that nobody waits for.</summary>
    public void Note(RequestOrigin origin, AuditEvent happened)
    {
        if (!queue.Writer.TryWrite((time.GetUtcNow(), origin, happened)))
        {
            Interlocked.Increment(ref dropped);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(stoppingToken))
            {
                await WriteBatchAsync();
            }
        }
        catch (OperationCanceledException)
        {
            queue.Writer.TryComplete();
        }
    }

    /// <summary>Writes what is still queued before the server ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (queue.Reader.TryPeek(out _))
        {
            await WriteBatchAsync();
        }
    }

    private static Dictionary<string, object?>? DetailsOf(Refusal refusal)
    {
        if (refusal is { PrivateReason: null, PrivateDetails: null })
        {
            return null;
        }

        var details = new Dictionary<string, object?>(refusal.PrivateDetails ?? new Dictionary<string, object?>());
        if (refusal.PrivateReason is { } why)
        {
            details["why"] = Bounded(why);
        }

        return details;
    }

    // The guide's own name where it has one (guide, audit.events).
    private static string NameOf(Refusal refusal) => refusal.Status switch
    {
        403 => "permission_denied",
        >= 500 => "request_failed",
        _ => "request_refused",
    };

    // Half a character at the cut would make PostgreSQL refuse the whole batch: a way to erase one's own traces.
    internal static string Bounded(string text) => text.Length <= 300
        ? text
        : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[299]) ? 299 : 300), "…");

    private async Task WriteBatchAsync()
    {
        List<(DateTimeOffset, RequestOrigin, AuditEvent)> batch = [];
        while (batch.Count < 256 && queue.Reader.TryRead(out var next))
        {
            batch.Add(next);
        }

        if (Interlocked.Exchange(ref dropped, 0) is > 0 and var lost)
        {
            batch.Add((time.GetUtcNow(), RequestOrigin.System, new AuditEvent("audit_overflow")
            {
                Outcome = AuditOutcome.Failure,
                Details = new Dictionary<string, object?> { ["lost"] = lost },
            }));
        }

        await trail.RecordAllAsync(batch);
    }
}
