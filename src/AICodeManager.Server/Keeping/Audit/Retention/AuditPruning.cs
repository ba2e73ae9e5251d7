using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Streams;

namespace AICodeManager.Server.Keeping.Audit.Retention;

/// <summary>
/// Forgets events after <c>audit.retention</c>, once a day, on one node: the oldest of each chain, so that what is left can
/// still be checked. What a configured stream has not sent yet stays, however old.
/// </summary>
public sealed partial class AuditPruning(
    AuditCuts cuts, StreamStore streams, AuditLeases leases, AuditTrail trail, Settings settings, TimeProvider time, ILogger<AuditPruning> log) : BackgroundService
{
    private const string Lease = "retention";

    private static readonly TimeSpan Every = TimeSpan.FromDays(1), Look = TimeSpan.FromMinutes(30), AfterFault = TimeSpan.FromMinutes(20);

    private readonly string holder = $"{Environment.MachineName} {Guid.NewGuid():N}";

    /// <summary>Prunes where it is due and nobody else does; what was before this went, null where nothing was done.</summary>
    internal async Task<DateTimeOffset?> PruneAsync(CancellationToken cancel)
    {
        // Nobody, this node included, takes it again for a day: a name of its own for each time.
        var run = $"{holder} {Guid.NewGuid():N}";
        if (settings.Audit.Retention is not { } kept || !await leases.TakeAsync(Lease, run, Every, cancel))
            return null;
        try
        {
            var before = await BoundedAsync(time.GetUtcNow() - kept, cancel);
            await cuts.CutAsync(before, cancel);
            await trail.RecordAsync(
                RequestOrigin.System, new AuditEvent("audit_pruned") { Details = new Dictionary<string, object?> { ["before"] = before } }, cancel);
            return before;
        }
        catch
        {
            await leases.ShortenAsync(Lease, run, AfterFault, CancellationToken.None);
            throw;
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
