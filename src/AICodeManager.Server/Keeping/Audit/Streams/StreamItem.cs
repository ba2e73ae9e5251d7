using System.Text.Json;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit.Chain;
using AICodeManager.Server.Keeping.Audit.Reading;

namespace AICodeManager.Server.Keeping.Audit.Streams;

/// <summary>One thing on its way out: an event, or a signed checkpoint of a chain.</summary>
/// <param name="Chain">Things of one chain are sent in the order of <paramref name="Sequence"/>, a checkpoint behind the event that it vouches for.</param>
/// <param name="At">When it happened or was made.</param>
/// <param name="Json">One JSON object, UTF-8, on one line: what a receiver keeps.</param>
internal sealed record StreamItem(string Chain, long Sequence, DateTimeOffset At, AuditEntry? Event, byte[] Json)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = WireJson.Options.Encoder, MaxDepth = WireJson.Options.MaxDepth };

    public static StreamItem Of(AuditEntry entry)
    {
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Options))
            AuditLine.Write(writer, entry);
        return new(entry.ChainId!, entry.Sequence!.Value, AuditLine.At(entry), entry, text.ToArray());
    }

    public static StreamItem Of(AuditCheckpoint checkpoint) => new(
        checkpoint.ChainId, checkpoint.Sequence, DateTimeOffset.FromUnixTimeMilliseconds(checkpoint.At), null, JsonSerializer.SerializeToUtf8Bytes(new { Checkpoint = checkpoint }, WireJson.Options));
}
