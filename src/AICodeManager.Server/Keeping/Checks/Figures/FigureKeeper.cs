namespace AICodeManager.Server.Keeping.Checks.Figures;

/// <summary>Writes this node's figures down each hour, and when the server stops. What cannot be written is added to the next time.</summary>
public sealed partial class FigureKeeper(FigureCounter counter, FigureStore store, TimeProvider time, ILogger<FigureKeeper> log) : BackgroundService
{
    /// <summary>How often.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromHours(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), LastWords = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Counted> waiting = [];
    private long since = time.GetTimestamp();

    /// <summary>One round.</summary>
    internal async Task TurnAsync(CancellationToken cancel)
    {
        foreach (var one in counter.Take())
            waiting[one.Name] = one.Adds && waiting.TryGetValue(one.Name, out var before) ? one with { Value = one.Value + before.Value } : one;
        var now = time.GetTimestamp();
        // Of the time that is over: the round at the end of an hour must not count for the next one.
        var up = time.GetElapsedTime(since, now);
        await store.WriteAsync([.. waiting.Values], up, time.GetUtcNow() - TimeSpan.FromSeconds(Math.Min(1, up.TotalSeconds)), cancel);
        waiting.Clear();
        since = now;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // On the hour, so that a row is of one hour.
                var now = time.GetUtcNow();
                await Task.Delay(Every - TimeSpan.FromTicks(now.Ticks % Every.Ticks), time, stoppingToken);
                await TryTurnAsync(Patience, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last round is made in StopAsync.
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryTurnAsync(LastWords, CancellationToken.None);
    }

    private async Task TryTurnAsync(TimeSpan patience, CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(patience);
        try
        {
            await TurnAsync(bound.Token);
        }
        catch (Exception fault)
        {
            if (!cancel.IsCancellationRequested)
                LogUnwritten(log, fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The figures of the last hour could not be written; they are added to the next")]
    private static partial void LogUnwritten(ILogger logger, Exception fault);
}
