using AICodeManager.Server.FrontDoor.Access;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>
/// Access tokens: their form, their keys, and nothing that must be remembered about them. Whether a genuine token was
/// revoked or its session has ended is asked in the exchange of the admission layer.
/// </summary>
public static class TokensRoom
{
    public static void AddTokens(this IServiceCollection services)
    {
        services.AddSingleton<SigningKeyStore>();
        services.AddSingleton<SigningKeyRing>();
        services.AddHostedService(s => s.GetRequiredService<SigningKeyRing>());
        services.AddSingleton<AccessTokens>();
    }

    /// <summary>What others verify tokens by, where RFC 8414 lets them expect it.</summary>
    public static void MapTokenKeys(this IEndpointRouteBuilder root) =>
        root.MapGet("/.well-known/jwks.json", SigningKeyEndpoints.Jwks).OpenToAll();

    /// <returns>The rotation, for whoever knows of sessions to ask a fresh proof for it.</returns>
    public static IEndpointConventionBuilder MapTokens(this IEndpointRouteBuilder api) =>
        api.MapPost("/admin/signing-keys/rotate", SigningKeyEndpoints.RotateAsync).Needs("system:keys");
}
