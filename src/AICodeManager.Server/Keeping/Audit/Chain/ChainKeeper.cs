using AICodeManager.Server.Keeping.Audit.Files;

namespace AICodeManager.Server.Keeping.Audit.Chain;

/// <summary>
/// Looks after this process's chains: a signed checkpoint of each after 1,000 events or 10 seconds, where there is something
/// new, and at an orderly stop the last entries and the last checkpoints.
/// </summary>
public sealed partial class ChainKeeper(
    AuditLanes lanes, AuditFiles files, CheckpointWriter checkpoints, TimeProvider time, ILogger<ChainKeeper> log) : BackgroundService
{
    private const int EventsBetween = 1_000;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10), Look = TimeSpan.FromSeconds(1), LastPatience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, (long Sequence, long At)> last = [];

    /// <summary>After everybody who may still write: registered before them, stopped after them.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LastPatience);
        try
        {
            var ends = await lanes.CloseAsync(patience.Token);
            if (await files.CloseAsync(patience.Token) is { } last)
            {
                ends = [.. ends, last];
            }

            await checkpoints.WriteAsync(ends, patience.Token);
        }
        catch (Exception fault)
        {
            // As after a kill: the next process names where these chains end.
            LogNotClosed(log, fault);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var looks = new PeriodicTimer(Look, time);
        try
        {
            while (await looks.WaitForNextTickAsync(stoppingToken))
            {
                await TurnAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    internal async Task TurnAsync(CancellationToken cancel)
    {
        try
        {
            var now = time.GetTimestamp();
            var due = Heads().Where(head => IsDue(head, now)).ToList();
            if (due.Count > 0)
            {
                await checkpoints.WriteAsync(due, cancel);
                await lanes.CoverAsync(cancel);
                foreach (var head in due)
                {
                    last[head.ChainId] = (head.Sequence, now);
                }
            }
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogNoCheckpoint(log, fault);
        }
    }

    private IEnumerable<ChainHead> Heads() => files.Head is { Sequence: > 0 } head ? [.. lanes.Heads, head] : lanes.Heads;

    private bool IsDue(ChainHead head, long now)
    {
        if (!last.TryGetValue(head.ChainId, out var known))
        {
            last[head.ChainId] = known = (0, now);
        }

        return head.Sequence - known.Sequence >= EventsBetween
            || (head.Sequence > known.Sequence && time.GetElapsedTime(known.At, now) >= Between);
    }

    [LoggerMessage(LogLevel.Error, "No checkpoint of the audit could be written; it is tried again")]
    private static partial void LogNoCheckpoint(ILogger logger, Exception fault);

    [LoggerMessage(LogLevel.Error, "The audit's chains could not be closed; verification finds them as after a kill")]
    private static partial void LogNotClosed(ILogger logger, Exception fault);
}
