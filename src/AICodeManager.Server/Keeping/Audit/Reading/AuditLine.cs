using System.Text.Json;
using System.Text.Json.Serialization;

namespace AICodeManager.Server.Keeping.Audit.Reading;

/// <summary>An event in our own JSON form, the same in lists, exports and streams: every member always there, details as an object.</summary>
[JsonConverter(typeof(Converter))]
public sealed record AuditLine(AuditEntry Entry)
{
    public static void Write(Utf8JsonWriter writer, AuditEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("id", entry.Id);
        writer.WriteString("at", At(entry));
        writer.WriteString("name", entry.Name);
        writer.WriteString("outcome", entry.Outcome);
        writer.WriteString("actor_id", entry.ActorId);
        writer.WriteString("session_id", entry.SessionId);
        writer.WriteString("key_id", entry.KeyId);
        writer.WriteString("request_id", entry.RequestId);
        writer.WriteString("address", entry.Address);
        writer.WriteString("resource_type", entry.ResourceType);
        writer.WriteString("resource_id", entry.ResourceId);
        writer.WriteString("reason", entry.Reason);
        writer.WritePropertyName("details");
        Details(writer, entry.Details);
        writer.WriteString("chain_id", entry.ChainId);
        writer.WritePropertyName("sequence");
        if (entry.Sequence is { } sequence)
            writer.WriteNumberValue(sequence);
        else
            writer.WriteNullValue();
        writer.WriteString("link", entry.Link);
        writer.WriteEndObject();
    }

    /// <summary>When it happened. A row that somebody changed may hold what is no time; reading the others must not fail by it.</summary>
    public static DateTimeOffset At(AuditEntry entry) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(entry.At, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    /// <summary>The details as they were written; what is no JSON any more, since somebody changed the row, as a text.</summary>
    public static void Details(Utf8JsonWriter writer, string? details)
    {
        if (details is null)
        {
            writer.WriteNullValue();
            return;
        }

        try
        {
            // Parsed and written anew: a line break that somebody put into the row must not become one of the export.
            using var document = JsonDocument.Parse(details);
            document.WriteTo(writer);
        }
        catch (JsonException)
        {
            writer.WriteStringValue(details);
        }
    }

    private sealed class Converter : JsonConverter<AuditLine>
    {
        public override AuditLine Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Events are written by this server and read by others.");

        public override void Write(Utf8JsonWriter writer, AuditLine value, JsonSerializerOptions options) => AuditLine.Write(writer, value.Entry);
    }
}
