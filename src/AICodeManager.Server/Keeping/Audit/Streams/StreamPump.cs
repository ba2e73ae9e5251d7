using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Alerts.Channels;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>How a turn ended, and so when the next one begins.</summary>
internal enum StreamTurn
{
    /// <summary>Another node has the stream.</summary>
    NotMine,

    /// <summary>Everything was sent.</summary>
    Empty,

    /// <summary>There is more.</summary>
    More,

    /// <summary>The receiver did not take it.</summary>
    Failed,
}

/// <summary>
/// Sends one stream's batches. The cursor moves after the receiver took a batch: a server that dies in between sends it again,
/// and nothing is left out. One node at a time does it, under a lease, so that the order within each chain is kept.
/// </summary>
internal sealed class StreamPump(
    AuditStream stream, IStreamSender sender, StreamStore store, AuditLeases leases, AlertDesk alerts, StreamMetrics metrics, TimeProvider time)
{
    /// <summary>From how far behind somebody should hear of it.</summary>
    public static readonly TimeSpan TooFarBehind = TimeSpan.FromMinutes(15);

    // Longer than an attempt takes. A sender that loses its lease on the way may send what the next one sends, too; nothing is lost.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2), TellEvery = TimeSpan.FromSeconds(30), RaiseEvery = TimeSpan.FromMinutes(1), ForgetEvery = TimeSpan.FromHours(1);

    private readonly string holder = $"{Environment.MachineName} {Guid.NewGuid():N}";
    private readonly DateTimeOffset began = time.GetUtcNow();
    private DateTimeOffset leasedUntil, told, raised, forgot;
    private StreamState last = new();

    /// <summary>Attempts since the last that went well.</summary>
    public long Failures { get; private set; }

    /// <summary>What the receiver asked to wait.</summary>
    public TimeSpan? AskedToWait { get; private set; }

    public async Task<StreamTurn> TurnAsync(CancellationToken cancel)
    {
        if (!await MineAsync(cancel))
            return StreamTurn.NotMine;
        var batch = await StreamBatch.GatherAsync(store, stream.Name, sender, cancel);
        if (batch.Items.Count == 0)
        {
            await RestAsync(cancel);
            return StreamTurn.Empty;
        }

        var result = await sender.SendAsync(batch.Items, cancel);
        return result.Outcome == SendOutcome.Sent ? await KeepAsync(batch, cancel) : await FailAsync(batch, result, cancel);
    }

    /// <summary>Gives the stream to another node at once.</summary>
    public Task LeaveAsync(CancellationToken cancel) => leases.ShortenAsync(LeaseName, holder, TimeSpan.Zero, cancel);

    private string LeaseName => $"stream {stream.Name}";

    private async Task<bool> MineAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        // Prolonged when half of it is over: a turn a second is not a write a second.
        if (now + (Lease / 2) < leasedUntil)
            return true;
        if (!await leases.TakeAsync(LeaseName, holder, Lease, cancel))
        {
            leasedUntil = default;
            metrics.Lag(stream.Name, null);
            return false;
        }

        leasedUntil = now + Lease;
        return true;
    }

    private async Task RestAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        metrics.Lag(stream.Name, TimeSpan.Zero);
        (Failures, AskedToWait) = (0, null);
        if (last.WaitingSince is not null || last.Failures > 0 || now - told >= TellEvery)
            await TellAsync(State(now), [], cancel);
        if (now - forgot < ForgetEvery)
            return;
        forgot = now;
        await store.ForgetDoneAsync(stream.Name, now, now - Lease, cancel);
    }

    private async Task<StreamTurn> KeepAsync(StreamBatch batch, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        metrics.Sent(stream.Name, batch.Items.Count);
        (Failures, AskedToWait) = (0, null);
        var state = State(now) with { Sent = batch.Items.Count, LastSentAt = now, WaitingSince = batch.More ? Oldest(batch) : null };
        // Also while the server stops: the receiver has them.
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await TellAsync(state, batch.Cursors, bound.Token);
        Judge(state, now, failed: false);
        return batch.More ? StreamTurn.More : StreamTurn.Empty;
    }

    private async Task<StreamTurn> FailAsync(StreamBatch batch, SendResult result, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        metrics.Failed(stream.Name);
        (Failures, AskedToWait) = (Failures + 1, result.RetryAfter);
        var state = State(now) with { WaitingSince = Oldest(batch), Failures = Failures, LastError = result.Error, FailedAt = now };
        await TellAsync(state, [], cancel);
        Judge(state, now, failed: true);
        return StreamTurn.Failed;
    }

    private StreamState State(DateTimeOffset now) => new() { Name = stream.Name, Node = Environment.MachineName, CheckedAt = now };

    private async Task TellAsync(StreamState state, IReadOnlyList<WaitingChain> cursors, CancellationToken cancel)
    {
        await store.KeepAsync(state, cursors, cancel);
        (last, told) = (state, state.CheckedAt);
    }

    private static DateTimeOffset Oldest(StreamBatch batch) => batch.Items.Min(item => item.At);

    // A stream that is new or was away has much to catch up with; that alone is no alarm, standing still is.
    private void Judge(StreamState state, DateTimeOffset now, bool failed)
    {
        var lag = state.WaitingSince is { } since ? now - since : TimeSpan.Zero;
        metrics.Lag(stream.Name, lag);
        if (lag <= TooFarBehind || now - raised < RaiseEvery || !(failed || now - began > TooFarBehind))
            return;
        raised = now;
        alerts.Raise(new Alert(AlertKinds.AuditBroken, AlertSeverity.Critical, $"stream {stream.Name}", new Dictionary<string, string>
        {
            ["stream"] = stream.Name,
            ["behind"] = $"{lag.TotalMinutes:0} min",
            ["failures"] = $"{state.Failures}",
            ["error"] = state.LastError ?? "none: the receiver is slower than what happens",
        }));
    }
}
