using System.Text.Json;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Alerts.Messages;

namespace AICodeManager.Server.Keeping.Alerts.Channels;

/// <summary>
/// Tells a program, in the form of Standard Webhooks (standardwebhooks.com, version 1.0.0): type, time and data, signed with
/// the channel's secret. The id is the delivery's, the same at every attempt, so that a receiver can drop copies.
/// </summary>
internal sealed class WebhookSender(WebhookChannel channel, AlertHttp http) : IAlertSender
{
    private readonly WebhookSignature signature = new(channel.Secret);

    public Task<SendResult> SendAsync(AlertMessage message, string recipient, CancellationToken cancel)
    {
        var body = Body(message);
        var (id, timestamp) = ($"msg_{message.Id:N}", message.SentAt.ToUnixTimeSeconds());
        return http.PostAsync(
            channel.Target, body,
            new Dictionary<string, string>
            {
                ["webhook-id"] = id,
                ["webhook-timestamp"] = $"{timestamp}",
                ["webhook-signature"] = signature.Of(id, timestamp, body),
            },
            cancel);
    }

    internal static byte[] Body(AlertMessage message)
    {
        var told = message.Content;
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Type = told.Kind == AlertKinds.Test ? "alert.test" : told.Part == 0 ? "alert.raised" : "alert.continued",
                Timestamp = told.LastAt,
                Data = new
                {
                    told.AlertId,
                    told.Kind,
                    Severity = told.Severity.ToString().ToLowerInvariant(),
                    Subject = told.Subject.Length == 0 ? null : told.Subject,
                    told.Occurrences,
                    told.HeldBack,
                    told.FirstAt,
                    told.LastAt,
                    told.Facts,
                    message.Title,
                    message.Text,
                },
            },
            WireJson.Options);
    }
}
