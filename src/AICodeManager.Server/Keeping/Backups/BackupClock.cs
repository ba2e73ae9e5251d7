using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.Keeping.Backups;

/// <summary>
/// Makes the backups of the schedule. It asks each minute what was due last and whether some node has made it, so that neither a
/// restart, nor a clock that jumps, nor a node that died in the middle leaves one out; of several missed ones the last is made.
/// </summary>
public sealed partial class BackupClock(
    BackupDesk desk, BackupRetention retention, BackupMetrics metrics, Database database, Settings settings, TimeProvider time, ILogger<BackupClock> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromHours(24);

    private readonly CronSchedule schedule = CronSchedule.Parse(settings.Database.Backup.Schedule);

    /// <summary>One look: makes the backup that is due, if this node is the one to. What it made, or null.</summary>
    internal async Task<BackupInfo?> TurnAsync(CancellationToken cancel)
    {
        await desk.EndLostAsync(cancel);
        if (await DueAsync(cancel) is not { } due || await desk.BeginAsync(due, cancel) is not { } run)
        {
            return null;
        }

        // Longer than a day, the next one would be due: something hangs.
        using var bound = new CancellationTokenSource(Longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancel);
        var made = await desk.RunAsync(run, RequestOrigin.System, null, null, either.Token);
        await retention.SweepAsync(cancel);
        return made;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!settings.Database.Backup.Enabled)
        {
            return;
        }

        try
        {
            await TryAsync(TellAgeAsync, stoppingToken);
            while (true)
            {
                await TryAsync(TurnAsync, stoppingToken);
                await Task.Delay(Look, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server ends; a backup under way was stopped and is noted as cancelled.
        }
    }

    /// <summary>The latest time of the schedule that still wants its backup; null where there is none.</summary>
    private Task<DateTimeOffset?> DueAsync(CancellationToken cancel) => database.ReadAsync(async r =>
    {
        if (schedule.LatestUntil(time.GetUtcNow(), settings.Database.Backup.TimeZone) is not { } due || due <= await BackupStore.BeganAsync(r))
        {
            return (DateTimeOffset?)null;
        }

        var latest = await BackupStore.LatestRunAsync(r);
        return latest is null || latest < due || await BackupStore.IsAbandonedAsync(r, due, time.GetUtcNow()) ? due : null;
    }, cancel);

    private async Task<BackupInfo?> TellAgeAsync(CancellationToken cancel)
    {
        if (await database.ReadAsync(BackupStore.LatestGoodAsync, cancel) is { } good)
        {
            metrics.Knows(good.StartedAt);
        }

        return null;
    }

    private async Task TryAsync(Func<CancellationToken, Task<BackupInfo?>> step, CancellationToken cancel)
    {
        try
        {
            await step(cancel);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            LogTurn(log, fault);
        }
    }

    [LoggerMessage(LogLevel.Error, "The schedule of backups could not be looked at; trying again in a minute")]
    private static partial void LogTurn(ILogger logger, Exception fault);
}
