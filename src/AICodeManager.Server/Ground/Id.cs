using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AICodeManager.Server.Ground;

/// <summary>The id of one kind of thing: a UUID that cannot be mistaken for another kind's.</summary>
/// <typeparam name="T">What it identifies; only a name, never instantiated.</typeparam>
public readonly record struct Id<T>(Guid Value) : IParsable<Id<T>>
{
    /// <summary>A new id; ids made later sort after those made before (UUIDv7, RFC 9562 section 5.7).</summary>
    public static Id<T> New(TimeProvider time) => new(Guid.CreateVersion7(time.GetUtcNow()));

    public static Id<T> Parse(string s, IFormatProvider? provider) => new(Guid.ParseExact(s, "D"));

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Id<T> result)
    {
        var parsed = Guid.TryParseExact(s, "D", out var value);
        result = new Id<T>(value);
        return parsed;
    }

    /// <summary>Lower case with dashes, as stores and clients see it.</summary>
    public override string ToString() => Value.ToString("D");
}

/// <summary>Writes and reads every <see cref="Id{T}"/> as its text.</summary>
public sealed class IdJsonConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Id<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(IdJsonConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class IdJsonConverter<T> : JsonConverter<Id<T>>
    {
        public override Id<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetGuid());

        public override void Write(Utf8JsonWriter writer, Id<T> value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
