using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AICodeManager.Signatures.Keys.Formats;

/// <summary>
/// One public key as JWK (RFC 7517, RFC 7518 section 6, RFC 8037). No member twice; members that are not known here are
/// ignored (RFC 7517 section 4), those of private keys are refused.
/// </summary>
internal static class Jwk
{
    private static readonly string[] Secrets = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static PublicMaterial? Read(string text, out KeyRefusal? refusal)
    {
        byte[] octets = [];
        try
        {
            octets = Utf8.GetBytes(text);
            using var json = JsonDocument.Parse(octets.AsMemory(), Strict);
            var material = Read(json.RootElement, out refusal);
            return refusal is null ? material : null;
        }
        catch (Exception e) when (e is JsonException or EncoderFallbackException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped half of a surrogate pair. The parser's message quotes the text.
            refusal = new(KeyFault.Format, "The JWK is broken JSON: one object with kty, without duplicate members, is accepted.");
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(octets);
        }
    }

    private static PublicMaterial? Read(JsonElement jwk, out KeyRefusal? refusal)
    {
        if (jwk.ValueKind != JsonValueKind.Object || jwk.TryGetProperty("keys", out _))
        {
            refusal = new(KeyFault.Format, "This is no single JWK: one object with kty is accepted, not a set.");
            return null;
        }

        if (Secrets.Any(name => jwk.TryGetProperty(name, out _)))
        {
            refusal = new(KeyFault.Private, "This JWK holds a private or symmetric key: never send it, make a new pair and send the public members only.");
            return null;
        }

        refusal = JwkUsage.Refuse(jwk);
        if (refusal is not null || !TryText(jwk, "alg", out var alg))
        {
            refusal ??= new(KeyFault.Format, "The JWK's alg is not a string: PS256, PS512, ES256 and EdDSA are accepted.");
            return null;
        }

        var curve = Text(jwk, "crv");
        switch (Text(jwk, "kty"))
        {
            case "RSA":
                return Build(KeyKind.Rsa, Unsigned(jwk, "n"), Unsigned(jwk, "e"), alg, "n and e", out refusal);
            case "EC" when curve == "P-256":
                return Build(KeyKind.P256, Octets(jwk, "x"), Octets(jwk, "y"), alg, "x and y", out refusal);
            case "OKP" when curve == "Ed25519":
                return Build(KeyKind.Ed25519, Octets(jwk, "x"), [], alg, "x", out refusal);
            case "EC" or "OKP":
                refusal = new(KeyFault.Curve, "The JWK is on another curve: P-256 (kty EC) and Ed25519 (kty OKP) are accepted.");
                return null;
            default:
                refusal = new(KeyFault.Kind, "The JWK is of another kind: kty RSA, EC (P-256) and OKP (Ed25519) are accepted.");
                return null;
        }
    }

    private static PublicMaterial? Build(KeyKind kind, byte[]? first, byte[]? second, string? alg, string names, out KeyRefusal? refusal)
    {
        refusal = first is null || second is null
            ? new(KeyFault.Format, $"The JWK's {names} must be base64url (RFC 7515 section 2): without padding, white space or other characters.")
            : null;
        return refusal is null ? new(kind, first!, second!, alg) : null;
    }

    // RFC 7518 section 6.3.1 asks for the fewest octets; a zero in front, which many writers leave there, is forgiven.
    private static byte[]? Unsigned(JsonElement jwk, string name) => Octets(jwk, name)?.SkipWhile(o => o == 0).ToArray();

    private static byte[]? Octets(JsonElement jwk, string name) => StrictBase64Url.Decode(Text(jwk, name));

    private static string? Text(JsonElement jwk, string name) => TryText(jwk, name, out var text) ? text : null;

    private static bool TryText(JsonElement jwk, string name, out string? text)
    {
        text = null;
        if (!jwk.TryGetProperty(name, out var value))
        {
            return true;
        }

        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return text is not null;
    }
}
