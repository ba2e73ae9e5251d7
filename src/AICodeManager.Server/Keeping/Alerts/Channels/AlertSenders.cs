using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Alerts.Smtp;

namespace AICodeManager.Server.Keeping.Alerts.Channels;

/// <summary>The sender of each configured channel.</summary>
internal sealed class AlertSenders(Settings settings, AlertHttp http)
{
    public IAlertSender Of(AlertChannel channel) => channel switch
    {
        EmailChannel => new EmailSender(settings.Monitoring.Alerts.Smtp is { } smtp ? new SmtpDelivery(smtp, SmtpPatience.Default) : null),
        SlackChannel slack => new SlackSender(slack.Target, http),
        WebhookChannel webhook => new WebhookSender(webhook, http),
        _ => throw new InvalidOperationException($"A channel of the type {channel.Type} has no sender."),
    };
}
