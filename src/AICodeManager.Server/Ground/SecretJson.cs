using System.Text.Json;
using System.Text.Json.Serialization;

namespace AICodeManager.Server.Ground;

/// <summary>Secrets come in by JSON and never go out by it: written, one is <c>***</c> as everywhere.</summary>
public sealed class SecretJson : JsonConverter<Secret>
{
    public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String ? new Secret(reader.GetString()!) : throw new JsonException("A text is expected.");

    public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
