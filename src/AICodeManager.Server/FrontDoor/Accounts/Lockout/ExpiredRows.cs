using AICodeManager.Server.Ground.Storage;

namespace AICodeManager.Server.FrontDoor.Accounts.Lockout;

/// <summary>Clears away counters and resets whose time is over: they mean nothing any more, and strangers can make many.</summary>
public sealed partial class ExpiredRows(Database database, TimeProvider time, ILogger<ExpiredRows> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(10);

    internal Task SweepAsync(CancellationToken cancel) => database.WriteAsync(async t =>
    {
        var now = time.GetUtcNow();
        await t.ExecuteAsync("DELETE FROM login_failures WHERE expires_at <= @now", new { now });
        await t.ExecuteAsync("DELETE FROM password_resets WHERE expires_at <= @now", new { now });
    }, cancel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                LogFault(log, fault);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Expired sign-in counters could not be cleared away; the next attempt follows")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
