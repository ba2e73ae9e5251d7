using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Alerts.Channels;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>
/// Posts events in batches, in the form and with the signature of Standard Webhooks 1.0.0, as alerts are sent. A batch that is
/// sent again may have grown meanwhile: receivers tell copies by the events' ids; the same batch has the same <c>webhook-id</c>.
/// </summary>
internal sealed class WebhookStreamSender(WebhookStream stream, AlertHttp http, TimeProvider time) : IStreamSender
{
    private readonly WebhookSignature signature = new(stream.Secret);

    public int MaxItems => 100;

    public int MaxBytes => 256 * 1024;

    public async Task<SendResult> SendAsync(IReadOnlyList<StreamItem> batch, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (body, id, timestamp) = (Body(batch, now), IdOf(batch), now.ToUnixTimeSeconds());
        return await http.PostAsync(
            stream.Target, body,
            new Dictionary<string, string>
            {
                ["webhook-id"] = id,
                ["webhook-timestamp"] = timestamp.ToString(CultureInfo.InvariantCulture),
                ["webhook-signature"] = signature.Of(id, timestamp, body),
            },
            cancel);
    }

    private byte[] Body(IReadOnlyList<StreamItem> batch, DateTimeOffset now)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, new JsonWriterOptions { Encoder = WireJson.Options.Encoder, MaxDepth = WireJson.Options.MaxDepth }))
        {
            writer.WriteStartObject();
            writer.WriteString("type", "audit.events");
            writer.WriteString("timestamp", now);
            writer.WriteStartObject("data");
            writer.WriteString("stream", stream.Name);
            writer.WriteStartArray("items");
            foreach (var item in batch)
                writer.WriteRawValue(item.Json, skipInputValidation: true);
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return text.ToArray();
    }

    private string IdOf(IReadOnlyList<StreamItem> batch)
    {
        var named = string.Join('\n', batch.Select(item => $"{item.Chain} {item.Sequence} {(item.Event is null ? "c" : "e")}").Prepend(stream.Name));
        return $"msg_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(named)).AsSpan(0, 16))}";
    }
}
