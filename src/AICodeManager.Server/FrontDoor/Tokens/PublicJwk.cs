using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Tokens;

/// <summary>A public verification key as a JSON Web Key (RFC 7517, RFC 7518 section 6): the members this server writes, and no other.</summary>
public sealed record PublicJwk(
    string Kty,
    string Alg,
    string Kid,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Use = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? N = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? E = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Crv = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? X = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Y = null)
{
    private const string Signature = "sig";
    private const int CoordinateBytes = 32;

    internal static PublicJwk Of(RSA rsa, string algorithm)
    {
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        return Named(new PublicJwk("RSA", algorithm, "", Signature)
        {
            N = Base64Url.EncodeToString(numbers.Modulus),
            E = Base64Url.EncodeToString(numbers.Exponent),
        });
    }

    internal static PublicJwk Of(ECDsa ecdsa)
    {
        var point = ecdsa.ExportParameters(includePrivateParameters: false).Q;
        return Named(new PublicJwk("EC", EcdsaKey.Name, "", Signature)
        {
            Crv = "P-256",
            X = Base64Url.EncodeToString(point.X),
            Y = Base64Url.EncodeToString(point.Y),
        });
    }

    /// <summary>Reads the text of one key; null where it is not exactly such an object.</summary>
    internal static PublicJwk? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<PublicJwk>(json, WireJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal string Write() => JsonSerializer.Serialize(this, WireJson.Options);

    /// <summary>RFC 7638 section 3: SHA-256 over the required members in the order of their names, base64url.</summary>
    internal string Thumbprint() => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Kty == "RSA"
        ? $$"""{"e":"{{E}}","kty":"RSA","n":"{{N}}"}"""
        : $$"""{"crv":"{{Crv}}","kty":"{{Kty}}","x":"{{X}}","y":"{{Y}}"}""")));

    /// <summary>The key for verifying; null where kind, use, algorithm and numbers are not one sound key of this server.</summary>
    internal JwsKey? ToKey()
    {
        if (Use is not (null or Signature))
        {
            return null;
        }

        try
        {
            return (Kty, Alg) switch
            {
                ("RSA", RsaKey.Pkcs1Name or RsaKey.PssName) => ToRsa(),
                ("EC", EcdsaKey.Name) => ToEcdsa(),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            // Among others: the point is not on the curve.
            return null;
        }
    }

    private static PublicJwk Named(PublicJwk key) => key with { Kid = key.Thumbprint() };

    private RsaKey? ToRsa()
    {
        // 65537 and nothing else: no exponent that makes forging easy, none that makes verifying slow.
        if (this is not { N: { } n, E: "AQAB", Crv: null, X: null, Y: null }
            || StrictBase64Url.Decode(n) is not { Length: >= RsaKey.MinBits / 8 and <= RsaKey.MaxBits / 8 } modulus
            || modulus[0] < 0x80)
        {
            return null;
        }

        return new RsaKey(Alg, Kid, RSA.Create(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] }));
    }

    private EcdsaKey? ToEcdsa()
    {
        if (this is not { Crv: "P-256", X: { } xText, Y: { } yText, N: null, E: null }
            || StrictBase64Url.Decode(xText) is not { Length: CoordinateBytes } x
            || StrictBase64Url.Decode(yText) is not { Length: CoordinateBytes } y)
        {
            return null;
        }

        return new EcdsaKey(Kid, ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } }));
    }
}
