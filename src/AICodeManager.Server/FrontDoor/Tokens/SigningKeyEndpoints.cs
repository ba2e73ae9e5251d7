using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>Publishing the keys that verify our tokens, and rotating them.</summary>
internal static class SigningKeyEndpoints
{
    /// <param name="Keys">RFC 7517 section 5.</param>
    public sealed record JwkSet(IReadOnlyList<PublicJwk> Keys);

    /// <param name="SignsFrom">When its first token may appear.</param>
    public sealed record RotationAnswer(string KeyId, string Algorithm, DateTimeOffset CreatedAt, DateTimeOffset SignsFrom);

    public static IResult Jwks(HttpContext context, SigningKeyRing ring)
    {
        context.Response.Headers.CacheControl = $"public, max-age={SigningKeyStore.PublishedBefore.TotalSeconds:0}";
        return TypedResults.Json(new JwkSet(ring.Published), WireJson.Options);
    }

    public static async Task<IResult> RotateAsync(RotationRequest? body, RequestOrigin origin, SigningKeyRing ring, CancellationToken cancel)
    {
        if (!ring.IsAsymmetric)
        {
            return Refusals.Conflict("nothing_to_rotate", "There is no key pair to rotate.",
                "Tokens are signed with the configured secret (HS256): change jwt.secret_key and restart.");
        }

        if (await ring.RotateAsync(body?.Compromised ?? false, origin, cancel) is not { } made)
        {
            return Refusals.Conflict("rotation_pending", "The last rotation is not in force yet.",
                "Its key is published and signs within five minutes. A compromised key can be replaced at any time.");
        }

        return TypedResults.Json(
            new RotationAnswer(made.Id, made.Algorithm, made.CreatedAt, made.SignsFrom), WireJson.Options, statusCode: StatusCodes.Status201Created);
    }
}

/// <summary>Body of a rotation; it may be absent.</summary>
/// <param name="Compromised">Whether every earlier key is to end at once.</param>
public sealed record RotationRequest(bool Compromised = false);
