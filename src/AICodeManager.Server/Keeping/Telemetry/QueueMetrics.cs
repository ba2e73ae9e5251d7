using System.Diagnostics.Metrics;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.Keeping.Alerts;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Work.Tasks;

namespace AICodeManager.Server.Keeping.Telemetry;

/// <summary>
/// How long the queues are. What lies in this process is read when somebody collects; what lies in the database, which all
/// nodes share, is looked at every ten seconds, and every node tells the same: take the greatest, not the sum.
/// </summary>
public sealed partial class QueueMetrics : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(5);

    private static readonly TaskState[] States = [TaskState.Queued, TaskState.Starting, TaskState.Running, TaskState.WaitingApproval];

    private readonly RunStore tasks;
    private readonly DeliveryStore deliveries;
    private readonly TimeProvider time;
    private readonly ILogger<QueueMetrics> log;
    private readonly KeyValuePair<string, object?>[] labels = [.. States.Select(state => KeyValuePair.Create<string, object?>("state", state.Word))];
    private readonly long[] counts = new long[States.Length];
    private long pending;

    public QueueMetrics(
        IMeterFactory meters, RunStore tasks, DeliveryStore deliveries, RefusalAudit audit, HashingTurns hashing, BlockTable blocks, TimeProvider time,
        ILogger<QueueMetrics> log)
    {
        (this.tasks, this.deliveries, this.time, this.log) = (tasks, deliveries, time, log);
        meters.Create(TaskMetrics.Meter).CreateObservableGauge(
            "aicli.tasks.count", () => labels.Select((label, i) => new Measurement<long>(Interlocked.Read(ref counts[i]), label)),
            "{task}", "Tasks of all nodes that are not over, by state, every ten seconds.");
        meters.Create(AlertMetrics.Meter).CreateObservableGauge(
            "aicli.alerts.pending", () => Interlocked.Read(ref pending), "{message}", "Deliveries of all nodes that wait to be made, every ten seconds.");
        meters.Create(AuditMetrics.Meter).CreateObservableGauge(
            "aicli.audit.queue", () => audit.Waiting, "{event}", "Events of this node that wait to be written.");
        meters.Create(AuditMetrics.LoginMeter).CreateObservableGauge(
            "aicli.hashing.waiting", () => hashing.Waiting, "{sign-in}", "Passwords that wait for a processor to be hashed.");
        meters.Create(AuditMetrics.BlockMeter).CreateObservableGauge(
            "aicli.blocks.standing", () => blocks.Count, "{block}", "Blocks that this node knows to be in force.");
    }

    /// <summary>Looks at the shared queues once.</summary>
    internal async Task LookAsync(CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(Patience);
        var found = await tasks.CountAsync(bound.Token);
        for (var i = 0; i < States.Length; i++)
        {
            Interlocked.Exchange(ref counts[i], found.GetValueOrDefault(States[i]));
        }

        Interlocked.Exchange(ref pending, await deliveries.PendingAsync(bound.Token));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
                {
                    // The figures stay as they were; that the database is away others tell.
                    LogUnread(log, fault.GetType().Name);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    [LoggerMessage(LogLevel.Debug, "The lengths of the queues could not be read ({fault})")]
    private static partial void LogUnread(ILogger logger, string fault);
}
