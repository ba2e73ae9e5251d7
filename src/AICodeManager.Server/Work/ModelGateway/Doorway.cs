using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>What may be asked for at all, and with which token.</summary>
/// <remarks>Targets are compared as they came: absolute forms, encodings and dot segments are simply other targets.</remarks>
internal static class Doorway
{
    public const string Messages = "messages";

    private static readonly FrozenDictionary<string, string> Targets = new[]
    {
        Messages, "messages?beta=true", "messages/count_tokens", "messages/count_tokens?beta=true",
    }.ToFrozenDictionary(path => $"/v1/{path}");

    /// <summary>The CLI's connection test: answered here, without a token and without the upstream.</summary>
    public static bool IsPreconnect(HttpContext http) => HttpMethods.IsHead(http.Request.Method) && RawTarget(http) == "/";

    /// <summary>The path below <c>/v1/</c> that the call goes to, or null with the refusal.</summary>
    public static string? Enter(HttpContext http, byte[] tokenHash, out GatewayRefusal? refusal)
    {
        refusal = null;
        var headers = http.Request.Headers;
        if (!HttpMethods.IsPost(http.Request.Method) || !Targets.TryGetValue(RawTarget(http), out var path) || headers.ContainsKey("Upgrade"))
            refusal = GatewayRefusal.Forbidden("Only POST /v1/messages and POST /v1/messages/count_tokens can be reached from here.");
        else if (!IsToken(headers["x-api-key"], "", tokenHash) && !IsToken(headers.Authorization, "Bearer ", tokenHash))
            refusal = new(401, "authentication_error", "This is not the token of this task.", Retry: false);
        else if (headers.ContentEncoding.Count > 0)
            refusal = GatewayRefusal.Invalid("The body must not be compressed.");
        else
            return path;
        return null;
    }

    private static bool IsToken(string? value, string scheme, byte[] hash) =>
        value is not null
        && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(value[scheme.Length..])), hash);

    private static string RawTarget(HttpContext http) => http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
}
