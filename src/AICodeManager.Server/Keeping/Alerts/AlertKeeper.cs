using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>How often the workers of this room look. Tests look more often.</summary>
/// <param name="Look">Between two looks at what waits, where nothing rings before.</param>
/// <param name="Breath">Least time between two writes, however much is raised.</param>
public sealed record AlertPace(TimeSpan Look, TimeSpan Breath)
{
    public static readonly AlertPace Default = new(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(250));
}

/// <summary>Writes down what was raised and counted, compares counts with thresholds, sums up what was held back, forgets what is old.</summary>
public sealed partial class AlertKeeper(
    AlertDesk desk, AlertCounts counts, AlertStore store, DeliveryStore deliveries, Database database, Settings settings, AlertPace pace, TimeProvider time,
    ILogger<AlertKeeper> log, AlertMetrics? metrics = null) : BackgroundService
{
    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1), LastWords = TimeSpan.FromSeconds(5);

    private DateTimeOffset nextSweep = DateTimeOffset.MinValue;

    /// <summary>One round. What cannot be written is put back for the next one.</summary>
    internal async Task TurnAsync(CancellationToken cancel)
    {
        var (raised, counted) = (desk.Take(), counts.Take());
        if (raised.Count + counted.Count > 0)
        {
            try
            {
                await database.WriteAsync(t => WriteAsync(t, raised, counted), cancel);
            }
            catch
            {
                desk.Return(raised);
                counts.Return(counted);
                throw;
            }
        }

        foreach (var due in await database.ReadAsync(r => AlertStore.DueAsync(r, time.GetUtcNow()), cancel))
            await database.WriteAsync(t => store.ConcludeAsync(t, due), cancel);
        if (time.GetUtcNow() >= nextSweep)
            await SweepAsync(cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                // A database that is away is not asked at each ring of the bell.
                await Task.Delay(await TryTurnAsync(stoppingToken) ? pace.Breath : pace.Look, time, stoppingToken);
                await desk.WaitAsync(pace.Look, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last turn is made in StopAsync.
        }
    }

    /// <summary>What was raised while the server stops is written down before it ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var bound = new CancellationTokenSource(LastWords);
        await TryTurnAsync(bound.Token);
    }

    private async Task<bool> TryTurnAsync(CancellationToken cancel)
    {
        try
        {
            await TurnAsync(cancel);
            return true;
        }
        catch (Exception fault)
        {
            if (!cancel.IsCancellationRequested)
                LogTurn(log, fault);
            return false;
        }
    }

    private async Task WriteAsync(Transaction t, IReadOnlyList<RaisedAlert> raised, IReadOnlyList<Counted> counted)
    {
        foreach (var one in raised)
            await store.RecordAsync(t, one);
        foreach (var one in counted)
        {
            var sum = await store.CountAsync(t, one.Kind, one.Count);
            if (sum < Threshold(one.Kind))
                continue;
            var crossed = Crossed(one, sum);
            await store.RecordAsync(t, crossed);
            t.AfterCommit(() => metrics?.Raised(crossed.Kind, crossed.Severity, crossed.Occurrences));
        }
    }

    private int Threshold(string kind) => kind switch
    {
        AlertKinds.FailedLogins => settings.Monitoring.Alerts.FailedLogins,
        AlertKinds.RateLimitViolations => settings.Monitoring.Alerts.RateLimitViolations,
        _ => settings.Monitoring.Alerts.AttackAttempts,
    };

    private RaisedAlert Crossed(Counted counted, long sum) => new(
        counted.Kind, "", counted.Kind == AlertKinds.AttackAttempts ? AlertSeverity.Critical : AlertSeverity.Warning,
        new(StringComparer.Ordinal)
        {
            ["count"] = $"{sum}",
            ["window"] = $"{settings.Monitoring.Alerts.Window.TotalSeconds:0} s",
            ["threshold"] = $"{Threshold(counted.Kind)}",
            ["networks"] = counted.Sources,
        },
        counted.Count, time.GetUtcNow());

    private async Task SweepAsync(CancellationToken cancel)
    {
        nextSweep = time.GetUtcNow() + SweepEvery;
        await deliveries.FailForgottenAsync(cancel);
        var before = time.GetUtcNow() - settings.Monitoring.Alerts.Retention;
        while (await database.WriteAsync(t => AlertStore.ForgetAsync(t, before), cancel) > 0)
        {
            // The next hundred, in a transaction of their own.
        }
    }

    [LoggerMessage(LogLevel.Error, "Alerts could not be written down; trying again")]
    private static partial void LogTurn(ILogger logger, Exception fault);
}
