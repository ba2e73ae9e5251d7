using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Channels;
using AICodeManager.Server.Keeping.Alerts.Messages;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>
/// Makes the deliveries, each channel by itself, so that one that hangs holds no other up. At least once: a server that dies
/// between the other side's yes and its own note of it will deliver again, under the same id.
/// </summary>
public sealed partial class AlertCourier : BackgroundService
{
    /// <summary>Of one attempt, whatever the channel. A lease lasts longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly IReadOnlyList<(AlertChannel Channel, IAlertSender Sender)> channels;
    private readonly DeliveryStore store;
    private readonly AlertPace pace;
    private readonly TimeProvider time;
    private readonly ILogger<AlertCourier> log;
    private readonly AlertMetrics? metrics;

    /// <param name="senderOf">Asked once for each channel.</param>
    /// <param name="metrics">Null where nobody counts.</param>
    internal AlertCourier(
        Func<AlertChannel, IAlertSender> senderOf, DeliveryStore store, Settings settings, AlertPace pace, TimeProvider time, ILogger<AlertCourier> log,
        AlertMetrics? metrics = null)
    {
        (this.store, this.pace, this.time, this.log, this.metrics) = (store, pace, time, log, metrics);
        channels = [.. settings.Monitoring.Alerts.Channels.Select(channel => (channel, senderOf(channel)))];
    }

    /// <summary>Makes every delivery that is due now.</summary>
    internal async Task DeliverAsync(CancellationToken cancel) =>
        await Task.WhenAll(channels.Select(one => DeliverAsync(one.Channel, one.Sender, cancel)));

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(channels.Select(one => ServeAsync(one.Channel, one.Sender, stoppingToken)));

    private async Task ServeAsync(AlertChannel channel, IAlertSender sender, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await DeliverAsync(channel, sender, stopping);
                await Task.Delay(pace.Look, time, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // An attempt that was broken off is made again when its lease is over: nobody knows how far it came.
            }
            catch (Exception fault)
            {
                LogFault(log, channel.Name, fault);
                await Task.Delay(pace.Look, time, CancellationToken.None);
            }
        }
    }

    private async Task DeliverAsync(AlertChannel channel, IAlertSender sender, CancellationToken cancel)
    {
        while (await store.ClaimAsync(channel.Name, cancel) is { } delivery)
            await AttemptAsync(channel, sender, delivery, cancel);
    }

    private async Task AttemptAsync(AlertChannel channel, IAlertSender sender, Delivery delivery, CancellationToken cancel)
    {
        var content = AlertContent.FromJson(delivery.Content);
        var message = AlertWriter.Write(delivery.Id, content, channel.Language, time.GetUtcNow());
        var result = await SendAsync(sender, message, delivery.Recipient, cancel);
        // A test answers the question of this moment; everything else is worth telling later.
        var last = content.Kind == AlertKinds.Test || delivery.Attempts >= Backoff.MaxAttempts;
        switch (result.Outcome)
        {
            case SendOutcome.Sent:
                metrics?.Delivered(channel.Type, "sent");
                await store.SentAsync(delivery);
                break;
            case SendOutcome.Later when !last:
                metrics?.Delivered(channel.Type, "later");
                LogLater(log, delivery.Id, channel.Name, result.Error);
                await store.RetryAsync(delivery, result.Error!, time.GetUtcNow() + Backoff.After(delivery.Attempts, result.RetryAfter, Random.Shared.NextDouble()));
                break;
            default:
                metrics?.Delivered(channel.Type, "failed");
                LogFailed(log, delivery.Id, channel.Name, result.Error);
                await store.FailAsync(delivery, result.Error!);
                break;
        }
    }

    private async Task<SendResult> SendAsync(IAlertSender sender, AlertMessage message, string recipient, CancellationToken cancel)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        bound.CancelAfter(Patience);
        try
        {
            return await sender.SendAsync(message, recipient, bound.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return SendResult.Later($"did not end within {Patience.TotalSeconds:0} s");
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            // Its message may hold an address that is a secret.
            LogUnforeseen(log, fault.GetType().Name);
            return SendResult.Later($"failed ({fault.GetType().Name})");
        }
    }

    [LoggerMessage(LogLevel.Warning, "Alert delivery {id} over {channel} will be tried again: {why}")]
    private static partial void LogLater(ILogger logger, Guid id, string channel, string? why);

    [LoggerMessage(LogLevel.Error, "Alert delivery {id} over {channel} failed for good: {why}")]
    private static partial void LogFailed(ILogger logger, Guid id, string channel, string? why);

    [LoggerMessage(LogLevel.Error, "Sending an alert failed with {fault}")]
    private static partial void LogUnforeseen(ILogger logger, string fault);

    [LoggerMessage(LogLevel.Error, "The deliveries of {channel} could not be looked at; trying again")]
    private static partial void LogFault(ILogger logger, string channel, Exception fault);
}
