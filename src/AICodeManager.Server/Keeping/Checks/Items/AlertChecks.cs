using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Keeping.Checks.Items;

/// <summary>Whether anybody would hear of it.</summary>
internal static class AlertChecks
{
    private const int SilentDays = 90;

    public static Task<Finding> ConfiguredAsync(CheckScene scene, CancellationToken cancel)
    {
        var alerts = scene.Settings.Monitoring.Alerts;
        if (!alerts.Enabled)
            return Task.FromResult(Finding.Fail("alerts are switched off"));
        if (alerts.Channels.Count == 0)
            return Task.FromResult(Finding.Fail("no channel: alerts are only listed"));
        var names = string.Join(", ", alerts.Channels.Select(channel => channel.Name));
        return Task.FromResult(alerts.Smtp is null && alerts.Channels.Any(channel => channel is EmailChannel) ? Finding.Fail("alerts by e-mail have no server (smtp.host)")
            : Finding.When(
                !alerts.Channels.Any(channel => channel is SlackChannel { Target.AllowHttp: true } or WebhookChannel { Target.AllowHttp: true }),
                $"{names}{(alerts.Channels.Any(channel => channel is SlackChannel { Target.AllowHttp: true } or WebhookChannel { Target.AllowHttp: true }) ? "; one of them without TLS" : "")}",
                CheckResult.Warn));
    }

    public static async Task<Finding> DeliveredAsync(CheckScene scene, CancellationToken cancel)
    {
        if (scene.Settings.Monitoring.Alerts is { Enabled: false } or { Channels.Count: 0 })
            return Finding.Skip("there is no channel");
        var since = scene.Now - scene.Period;
        var failed = await scene.ReadAsync(r => r.QueryAsync<string>(
            "SELECT DISTINCT channel FROM alert_deliveries WHERE state = 'failed' AND finished_at >= @since", new { since }), cancel);
        var (last, lastState) = await LastAsync(scene, cancel);
        if (lastState == "failed")
            return Finding.Fail($"the last delivery, {last:yyyy-MM-dd HH:mm} UTC, failed");
        if (failed.Count > 0)
            return Finding.Warn($"deliveries failed over {string.Join(", ", failed)} in the last {scene.Period.TotalDays:0} days");
        return last is null ? Finding.Warn("nothing was ever delivered: nobody knows whether the channels work")
            : Finding.When((scene.Now - last.Value).TotalDays <= SilentDays, $"the last delivery succeeded {last:yyyy-MM-dd HH:mm} UTC", CheckResult.Warn);
    }

    private static async Task<(DateTimeOffset? At, string? State)> LastAsync(CheckScene scene, CancellationToken cancel)
    {
        var row = await scene.ReadAsync(r => r.SingleAsync<LastDelivery>(
            "SELECT finished_at AS at, state FROM alert_deliveries WHERE finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT 1"), cancel);
        return (row?.At, row?.State);
    }

    private sealed record LastDelivery
    {
        public DateTimeOffset? At { get; init; }
        public string? State { get; init; }
    }
}
