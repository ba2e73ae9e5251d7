using System.Security.Cryptography;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.OpenId;

/// <summary>A provider's JWKS (RFC 7517 section 5): the keys for RS256 and ES256; others are passed over.</summary>
internal static class KeyDocument
{
    // A document of more keys than anybody rotates costs an import each.
    private const int MaxKeys = 32;

    /// <exception cref="ProviderException">It is no JWKS.</exception>
    public static JwsKeySet Read(ProviderAnswer document)
    {
        if (document is not { Status: 200, Root.ValueKind: JsonValueKind.Object }
            || !document.Root.TryGetProperty("keys", out var keys)
            || keys.ValueKind != JsonValueKind.Array)
        {
            throw new ProviderException(ProviderFault.Unacceptable, $"JWKS: status {document.Status}, or no list of keys");
        }

        return new JwsKeySet(keys.EnumerateArray().Take(MaxKeys).Select(KeyOf).OfType<JwsKey>().DistinctBy(key => key.Id));
    }

    private static JwsKey? KeyOf(JsonElement jwk)
    {
        var id = ProviderAnswer.TextOf(jwk, "kid") ?? "";
        if (ProviderAnswer.TextOf(jwk, "use") is not (null or "sig")
            || id.Length > 256
            || id.Any(c => c is < ' ' or > '~' or '"' or '\\'))
        {
            return null;
        }

        try
        {
            return (ProviderAnswer.TextOf(jwk, "kty"), ProviderAnswer.TextOf(jwk, "alg")) switch
            {
                ("RSA", null or RsaKey.Pkcs1Name) => RsaOf(jwk, id),
                ("EC", null or EcdsaKey.Name) when ProviderAnswer.TextOf(jwk, "crv") == "P-256" => EcOf(jwk, id),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static RsaKey? RsaOf(JsonElement jwk, string id)
    {
        if (Bytes(jwk, "n") is not { } modulus || Bytes(jwk, "e") is not { Length: <= 4 } exponent)
        {
            return null;
        }

        var rsa = RSA.Create(new RSAParameters { Modulus = modulus, Exponent = exponent });
        return rsa.KeySize is >= RsaKey.MinBits and <= RsaKey.MaxBits ? new RsaKey(RsaKey.Pkcs1Name, id, rsa) : null;
    }

    private static EcdsaKey? EcOf(JsonElement jwk, string id) =>
        Bytes(jwk, "x") is { Length: 32 } x && Bytes(jwk, "y") is { Length: 32 } y
            ? new EcdsaKey(id, ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }))
            : null;

    private static byte[]? Bytes(JsonElement jwk, string name) =>
        ProviderAnswer.TextOf(jwk, name) is { Length: > 0 and <= 1024 } text ? StrictBase64Url.Decode(text) : null;
}
