using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Tokens;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.OpenId;

/// <summary>Reads an ID token that came over the back channel (OpenID Connect Core 1.0 section 3.1.3.7).</summary>
internal static class IdToken
{
    /// <summary>How far the clocks of two machines may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    // A token of this exchange was made for it; an older one comes from somewhere else.
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>Opens the signature; null where the key is not among these, which may be too old.</summary>
    /// <exception cref="ProviderException"/>
    public static ProviderAnswer? Open(string token, JwsKeySet keys)
    {
        if (token.Length > CompactJws.MaxLength || !Ascii.IsValid(token))
        {
            throw Wrong("it is too long or not ASCII");
        }

        var bytes = Encoding.ASCII.GetBytes(token);
        var fault = CompactJws.Open(bytes, keys, new byte[bytes.Length], out var opened);
        if (fault == JwsFault.UnknownKey)
        {
            return null;
        }

        // Other signed things of the provider (access tokens, logout tokens) say what they are (RFC 8725 section 3.11).
        if (fault == JwsFault.None && !opened.Type.IsEmpty && !Ascii.EqualsIgnoreCase(opened.Type, "JWT"u8))
        {
            throw Wrong("it is a token of another kind");
        }

        try
        {
            return fault == JwsFault.None
                ? new ProviderAnswer(200, JsonElement.Parse(opened.Payload, new() { AllowDuplicateProperties = false, MaxDepth = 16 }))
                : throw Wrong(fault.ToString());
        }
        catch (JsonException)
        {
            throw Wrong("its claims are not JSON that is accepted");
        }
    }

    /// <summary>Judges the claims of a token whose signature holds.</summary>
    /// <exception cref="ProviderException">The first thing that is wrong.</exception>
    public static void Judge(ProviderAnswer claims, ProviderRegistration client, string nonce, string accessToken, DateTimeOffset now)
    {
        if (!string.Equals(claims.Text("iss"), client.Issuer, StringComparison.Ordinal))
        {
            throw Wrong("iss is another's");
        }

        var audience = Audience(claims.Root);
        if (!audience.Contains(client.ClientId))
        {
            throw Wrong("aud is another's");
        }

        var party = claims.Text("azp");
        if (party is null ? audience.Count > 1 : party != client.ClientId)
        {
            throw Wrong("azp is missing or another's");
        }

        if (Moment(claims.Root, "exp") is not { } expires || expires + Skew <= now)
        {
            throw Wrong("it has expired");
        }

        if (Moment(claims.Root, "iat") is not { } issued || issued > now + Skew || issued < now - MaxAge)
        {
            throw Wrong("it was not issued just now");
        }

        if (claims.Text("nonce") is not { } given
            || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(nonce)))
        {
            throw Wrong("nonce is missing or another's");
        }

        // Section 3.1.3.8: the left half of the access token's hash.
        if (claims.Text("at_hash") is { } hash
            && hash != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)).AsSpan(0, 16)))
        {
            throw Wrong("at_hash is another access token's");
        }
    }

    private static List<string?> Audience(JsonElement claims) =>
        !claims.TryGetProperty("aud", out var aud) ? []
        : aud.ValueKind == JsonValueKind.Array ? [.. aud.EnumerateArray().Select(ProviderAnswer.TextOf)]
        : [ProviderAnswer.TextOf(aud)];

    // RFC 7519 section 2, NumericDate; year 2 to 9999.
    private static DateTimeOffset? Moment(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds)
        && seconds is > 0 and < 253_402_300_000
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static ProviderException Wrong(string what) => new(ProviderFault.Unacceptable, $"id_token: {what}");
}
