using AICodeManager.Server.Keeping.Alerts.Messages;
using AICodeManager.Server.Keeping.Alerts.Smtp;

namespace AICodeManager.Server.Keeping.Alerts.Channels;

/// <summary>By e-mail: one message to one recipient, so that nobody sees whom else is told and one bad address costs only itself.</summary>
/// <param name="smtp">Null where no server is configured.</param>
internal sealed class EmailSender(SmtpDelivery? smtp) : IAlertSender
{
    public async Task<SendResult> SendAsync(AlertMessage message, string recipient, CancellationToken cancel)
    {
        if (smtp is null)
            return SendResult.Never("monitoring.alerts.smtp is not configured");
        try
        {
            var mail = new MailText(
                new(message.Id, message.Content.AlertId, message.SentAt, recipient), message.Title, message.Text);
            await smtp.SendAsync(recipient, mail, cancel);
            return SendResult.Sent;
        }
        catch (SmtpException refused)
        {
            return refused.IsFinal ? SendResult.Never(refused.Message) : SendResult.Later(refused.Message);
        }
    }
}
