using System.Text.Json;
using System.Text.Json.Serialization;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Standing;

/// <summary>
/// Reads what a node, perhaps one of another version, put into the shared store. During a rolling upgrade both versions
/// read each other's records: members that are not known here are passed over, and what cannot be read is none.
/// </summary>
internal static class StoredJson
{
    private static readonly JsonSerializerOptions Options =
        new(WireJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    public static byte[] Write<T>(T value) where T : class => JsonSerializer.SerializeToUtf8Bytes(value, WireJson.Options);

    public static T? Read<T>(ReadOnlySpan<byte> text) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static T? Read<T>(string text) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
