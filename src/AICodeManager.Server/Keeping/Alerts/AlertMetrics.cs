using System.Diagnostics.Metrics;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>What was raised and what became of its messages. Neither whom it is about nor who was told is a label.</summary>
public sealed class AlertMetrics
{
    public const string Meter = "AICodeManager.Alerts";

    private readonly Counter<long> raised, deliveries;

    public AlertMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        raised = meter.CreateCounter<long>("aicli.alerts.raised", "{alert}", "Occurrences of alerts on this node, by kind and severity.");
        deliveries = meter.CreateCounter<long>(
            "aicli.alerts.deliveries", "{attempt}", "Attempts to deliver, by type of the channel (email, slack, webhook) and outcome (sent, later, failed).");
    }

    internal void Raised(string kind, AlertSeverity severity, long occurrences) =>
        raised.Add(occurrences, new("kind", kind), new("severity", Word(severity)));

    /// <param name="outcome"><c>sent</c>, <c>later</c> (it will be tried again) or <c>failed</c>.</param>
    internal void Delivered(string type, string outcome) => deliveries.Add(1, new("channel", type), new("outcome", outcome));

    private static string Word(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Critical => "critical",
        AlertSeverity.Warning => "warning",
        _ => "info",
    };
}
