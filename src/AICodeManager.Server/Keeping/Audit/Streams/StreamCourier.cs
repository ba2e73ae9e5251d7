using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>How often a stream is looked at. Tests look more often.</summary>
/// <param name="Look">After a turn that found nothing.</param>
/// <param name="Away">While another node has it.</param>
/// <param name="First">After a failure; twice as long after each further one.</param>
/// <param name="Longest">After many of them.</param>
public sealed record StreamPace(TimeSpan Look, TimeSpan Away, TimeSpan First, TimeSpan Longest)
{
    public static readonly StreamPace Default = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    internal TimeSpan After(StreamTurn turn, long failures, TimeSpan? asked)
    {
        var pause = turn switch
        {
            StreamTurn.More => TimeSpan.Zero,
            StreamTurn.Empty => Look,
            StreamTurn.NotMine => Away,
            _ => First * Math.Pow(2, Math.Clamp(failures - 1, 0, 20)),
        };
        if (asked > pause)
            pause = asked.Value;
        return pause < Longest ? pause : Longest;
    }
}

/// <summary>Keeps every configured stream going, each by itself: one receiver that hangs holds no other up, and no request.</summary>
public sealed partial class StreamCourier : BackgroundService
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<(string Name, StreamPump Pump)> pumps;
    private readonly StreamPace pace;
    private readonly TimeProvider time;
    private readonly ILogger<StreamCourier> log;

    internal StreamCourier(
        Func<AuditStream, IStreamSender> senderOf, StreamStore store, AuditLeases leases, AlertDesk alerts, StreamMetrics metrics, Settings settings, StreamPace pace,
        TimeProvider time, ILogger<StreamCourier> log)
    {
        (this.pace, this.time, this.log) = (pace, time, log);
        pumps = [.. settings.Audit.Streams.Select(stream => (stream.Name, new StreamPump(stream, senderOf(stream), store, leases, alerts, metrics, time)))];
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(pumps.Select(one => ServeAsync(one.Name, one.Pump, stoppingToken)));

    private async Task ServeAsync(string name, StreamPump pump, CancellationToken stopping)
    {
        try
        {
            while (true)
                await Task.Delay(await TurnAsync(name, pump, stopping), time, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await LeaveAsync(name, pump);
        }
    }

    private async Task<TimeSpan> TurnAsync(string name, StreamPump pump, CancellationToken stopping)
    {
        try
        {
            var turn = await pump.TurnAsync(stopping);
            if (turn == StreamTurn.Failed && pump.Failures == 1)
                LogFailing(log, name);
            return pace.After(turn, pump.Failures, pump.AskedToWait);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            LogFault(log, name, fault);
            return pace.Away;
        }
    }

    private async Task LeaveAsync(string name, StreamPump pump)
    {
        using var bound = new CancellationTokenSource(LastWords);
        try
        {
            await pump.LeaveAsync(bound.Token);
        }
        catch (Exception fault)
        {
            LogFault(log, name, fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The audit stream {name} does not get through; see /admin/audit/streams. It is tried again until it does")]
    private static partial void LogFailing(ILogger logger, string name);

    [LoggerMessage(LogLevel.Error, "The audit stream {name} met a fault; trying again")]
    private static partial void LogFault(ILogger logger, string name, Exception fault);
}
