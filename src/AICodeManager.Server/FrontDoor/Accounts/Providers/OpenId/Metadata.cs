using System.Text.Json;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.OpenId;

/// <summary>What this server needs of an OpenID provider's discovery document (OpenID Connect Discovery 1.0 section 3).</summary>
/// <param name="SendsIssuer">RFC 9207 section 3.</param>
internal sealed record Metadata(
    Uri Authorization, Uri Token, Uri Jwks, Uri? UserInfo, Uri? Revocation, ClientAuthentication Authentication, bool SendsIssuer)
{
    /// <exception cref="ProviderException">It is another issuer's, or lacks what is needed.</exception>
    public static Metadata Read(ProviderAnswer document, string issuer)
    {
        if (document.Status != 200)
        {
            throw Wrong($"status {document.Status}");
        }

        // Discovery section 4.3: identical, else one provider could speak for another.
        if (!string.Equals(document.Text("issuer"), issuer, StringComparison.Ordinal))
        {
            throw Wrong("it names another issuer");
        }

        // RFC 9700 section 2.1.1: a list that lacks S256 is a provider that would ignore the challenge.
        if (Words(document.Root, "code_challenge_methods_supported") is { } methods && !methods.Contains("S256"))
        {
            throw Wrong("it does not take PKCE with S256");
        }

        // Discovery section 3: client_secret_basic is what an absent list means.
        var ways = Words(document.Root, "token_endpoint_auth_methods_supported") ?? ["client_secret_basic"];
        return new(
            Address(document, "authorization_endpoint", issuer) ?? throw Wrong("it has no authorization_endpoint"),
            Address(document, "token_endpoint", issuer) ?? throw Wrong("it has no token_endpoint"),
            Address(document, "jwks_uri", issuer) ?? throw Wrong("it has no jwks_uri"),
            Address(document, "userinfo_endpoint", issuer),
            Address(document, "revocation_endpoint", issuer),
            ways.Contains("client_secret_basic") ? ClientAuthentication.Basic
                : ways.Contains("client_secret_post") ? ClientAuthentication.Post
                : throw Wrong("it takes neither client_secret_basic nor client_secret_post"),
            document.IsTrue("authorization_response_iss_parameter_supported"));
    }

    private static Uri? Address(ProviderAnswer document, string name, string issuer)
    {
        if (document.Text(name) is not { } text)
        {
            return null;
        }

        // Only a provider on this machine may name addresses on this machine.
        return Uri.TryCreate(text, UriKind.Absolute, out var address)
            && address is { UserInfo: "", Fragment: "" }
            && (address.IsLoopback
                ? new Uri(issuer).IsLoopback && address.Scheme is "http" or "https"
                : address.Scheme == Uri.UriSchemeHttps)
                ? address
                : throw Wrong($"its {name} is not an https:// address that is accepted");
    }

    private static List<string?>? Words(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(ProviderAnswer.TextOf)]
            : null;

    private static ProviderException Wrong(string what) => new(ProviderFault.Unacceptable, $"discovery document: {what}");
}
