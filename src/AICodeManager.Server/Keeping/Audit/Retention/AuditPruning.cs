using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Audit.Streams;

namespace AICodeManager.Server.Keeping.Audit.Retention;

/// <summary>
/// Forgets events after <c>audit.retention</c>, once a day: the oldest of each chain, so that what is left can still be checked.
/// One node at a time does it; where files are written, each its own. What a configured stream has not sent stays, however old.
/// </summary>
public sealed partial class AuditPruning(
    AuditCuts cuts, StreamStore streams, AuditLeases leases, AuditNode node, Settings settings, TimeProvider time, ILogger<AuditPruning> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromDays(1), Longest = TimeSpan.FromHours(2), Look = TimeSpan.FromMinutes(30), Soon = TimeSpan.FromMinutes(20);

    /// <summary>Prunes where it is due and nobody else does; from when on events stayed, null where nothing was done.</summary>
    internal async Task<DateTimeOffset?> PruneAsync(CancellationToken cancel)
    {
        // A name of its own for each time: nobody, this node included, takes the day's turn again before the day is over.
        var (run, turn) = ($"{node.Name} {Guid.NewGuid():N}", settings.Audit.Storage == AuditStorage.Database ? "retention" : $"retention {node.Name}");
        if (settings.Audit.Retention is not { } kept || !await leases.TakeAsync(turn, run, Every, cancel))
            return null;
        if (!await leases.TakeAsync("retention at work", run, Longest, cancel))
        {
            await leases.ShortenAsync(turn, run, Soon, cancel);
            return null;
        }

        try
        {
            var before = await BoundedAsync(time.GetUtcNow() - kept, cancel);
            await cuts.CutAsync(before, cancel);
            return before;
        }
        catch
        {
            await leases.ShortenAsync(turn, run, Soon, CancellationToken.None);
            throw;
        }
        finally
        {
            await leases.ShortenAsync("retention at work", run, TimeSpan.Zero, CancellationToken.None);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Audit.Retention is null)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Look, time, stoppingToken);
                await PruneAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogFault(log, fault);
            }
        }
    }

    private async Task<DateTimeOffset> BoundedAsync(DateTimeOffset before, CancellationToken cancel)
    {
        foreach (var stream in settings.Audit.Streams)
        {
            if (await streams.OldestUnsentAsync(stream.Name, before, cancel) is { } unsent && unsent < before)
            {
                LogHeld(log, stream.Name, unsent);
                before = unsent;
            }
        }

        return before;
    }

    [LoggerMessage(LogLevel.Warning, "Old audit events are kept beyond their time: the stream {name} has sent nothing from {unsent} on")]
    private static partial void LogHeld(ILogger logger, string name, DateTimeOffset unsent);

    [LoggerMessage(LogLevel.Error, "Old audit events could not be pruned; trying again")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
