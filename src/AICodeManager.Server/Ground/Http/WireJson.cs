using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AICodeManager.Server.Ground.Http;

/// <summary>How JSON looks on the wire: snake_case, strict about what comes in.</summary>
public static class WireJson
{
    /// <summary>For responses, events and everything this server writes itself.</summary>
    public static readonly JsonSerializerOptions Options = ForOutput();

    // A tool's input may be nested as deep as an agent's line may be; it is passed on inside our own documents.
    private static JsonSerializerOptions ForOutput()
    {
        var options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));
        options.MaxDepth = 96;
        return options;
    }

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 32;
        // Bodies are application/json with nosniff, never markup: Korean text stays readable.
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        return options;
    }
}
