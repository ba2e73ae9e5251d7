using System.Net.Http.Headers;
using AICodeManager.Server.FrontDoor.Accounts.Providers.OpenId;
using AICodeManager.Server.FrontDoor.Tokens;
using Microsoft.AspNetCore.WebUtilities;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Dialects;

/// <summary>Any OpenID provider, by its discovery document (OpenID Connect Core 1.0, code flow).</summary>
/// <param name="extra">Further parameters of the authorization request.</param>
public sealed class OpenIdProvider(
    ProviderRegistration registration, BackChannel channel, TimeProvider time, IReadOnlyDictionary<string, string?>? extra = null)
    : IIdentityProvider
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromHours(1), KeysAtLeast = TimeSpan.FromMinutes(1);

    private readonly TokenEndpoint tokenEndpoint = new(channel);
    private readonly Remembered<Metadata> metadata = new(() => FetchMetadataAsync(registration, channel), KeepFor, time);
    private Remembered<JwsKeySet>? keys;

    public ProviderRegistration Registration => registration;

    public async Task<bool> AnnouncesIssuerAsync(CancellationToken cancel) => (await metadata.GetAsync(cancel)).SendsIssuer;

    public async Task<Uri> AuthorizeAddressAsync(AuthorizationRequest request, CancellationToken cancel)
    {
        var parameters = new Dictionary<string, string?>(extra ?? new Dictionary<string, string?>())
        {
            ["response_type"] = "code",
            ["client_id"] = registration.ClientId,
            ["redirect_uri"] = request.RedirectUri,
            ["scope"] = string.Join(' ', registration.Scopes),
            ["state"] = request.State,
            ["nonce"] = request.Nonce,
            ["code_challenge"] = request.Challenge,
            ["code_challenge_method"] = "S256",
        };
        return new Uri(QueryHelpers.AddQueryString((await metadata.GetAsync(cancel)).Authorization.AbsoluteUri, parameters));
    }

    public async Task<ExternalIdentity> IdentifyAsync(CodeExchange exchange, CancellationToken cancel)
    {
        var known = await metadata.GetAsync(cancel);
        var answer = await tokenEndpoint.ExchangeAsync(known.Token, known.Authentication, registration, exchange, cancel);

        // OpenID Connect Core section 3.1.3.3: a code flow has one.
        if (answer.IdToken is null)
        {
            throw new ProviderException(ProviderFault.Unacceptable, "token endpoint: no id_token");
        }

        var claims = await OpenAsync(answer.IdToken, known, cancel);
        IdToken.Judge(claims, registration, exchange.Nonce, answer.AccessToken, time.GetUtcNow());
        var subject = claims.Text("sub") is { Length: > 0 and <= 255 } sub && !sub.Any(char.IsControl)
            ? sub
            : throw new ProviderException(ProviderFault.Unacceptable, "id_token: no sub that is accepted");
        var person = known.UserInfo is { } address ? await PersonAsync(address, answer.AccessToken, subject, cancel) : claims;

        // The address and the word that it is verified must come from one document.
        var told = person.Text("email") is null ? claims : person;
        return new ExternalIdentity(
            subject,
            told.Text("email") is { } email && told.IsTrue("email_verified") ? email : null,
            person.Text("name") ?? claims.Text("name"),
            answer.Tokens);
    }

    /// <summary>RFC 7009 section 2.1; the refresh token, where there is one, takes its access tokens along.</summary>
    public async Task RevokeAsync(ProviderTokens tokens, CancellationToken cancel)
    {
        var known = await metadata.GetAsync(cancel);
        if (known.Revocation is { } endpoint)
        {
            using var request = TokenEndpoint.Request(endpoint, known.Authentication, registration, new()
            {
                ["token"] = tokens.RefreshToken ?? tokens.AccessToken,
                ["token_type_hint"] = tokens.RefreshToken is null ? "access_token" : "refresh_token",
            });
            await channel.TellAsync(request, cancel);
        }
    }

    private async Task<ProviderAnswer> OpenAsync(string token, Metadata known, CancellationToken cancel)
    {
        var source = LazyInitializer.EnsureInitialized(ref keys, () => new(() => FetchKeysAsync(known.Jwks, channel), KeepFor, time));
        return IdToken.Open(token, await source.GetAsync(cancel))
            // The provider may have rotated its keys; a stranger's token must not make us ask each time.
            ?? IdToken.Open(token, await source.GetAsync(KeysAtLeast, cancel))
            ?? throw new ProviderException(ProviderFault.Unacceptable, "id_token: signed by no key of the provider");
    }

    private async Task<ProviderAnswer> PersonAsync(Uri address, string accessToken, string subject, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", accessToken), Accept = { new("application/json") } },
        };
        var person = await channel.SendAsync(request, cancel);
        if (person.Status != 200)
        {
            throw new ProviderException(ProviderFault.Unacceptable, $"userinfo: status {person.Status}");
        }

        // OpenID Connect Core section 5.3.2: else it is somebody else's page.
        return string.Equals(person.Text("sub"), subject, StringComparison.Ordinal)
            ? person
            : throw new ProviderException(ProviderFault.Unacceptable, "userinfo: sub is not the id_token's");
    }

    private static async Task<Metadata> FetchMetadataAsync(ProviderRegistration registration, BackChannel channel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, registration.Issuer.TrimEnd('/') + "/.well-known/openid-configuration");
        return Metadata.Read(await channel.SendAsync(request, CancellationToken.None), registration.Issuer);
    }

    private static async Task<JwsKeySet> FetchKeysAsync(Uri address, BackChannel channel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return KeyDocument.Read(await channel.SendAsync(request, CancellationToken.None));
    }
}
