using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>An authorization server that people may sign in with: how it is asked, and how its answer is read.</summary>
/// <remarks>The order of a flow (state, binding, issuer, exchange) belongs to the callback; a dialect fills only these holes.</remarks>
public interface IIdentityProvider
{
    ProviderRegistration Registration { get; }

    /// <summary>Where the browser is sent.</summary>
    /// <exception cref="ProviderException"/>
    Task<Uri> AuthorizeAddressAsync(AuthorizationRequest request, CancellationToken cancel);

    /// <summary>Whether it says of itself that every answer names its issuer (RFC 9207 section 3).</summary>
    /// <exception cref="ProviderException"/>
    Task<bool> AnnouncesIssuerAsync(CancellationToken cancel);

    /// <summary>Exchanges the code and learns who the person is there.</summary>
    /// <exception cref="ProviderException"/>
    Task<ExternalIdentity> IdentifyAsync(CodeExchange exchange, CancellationToken cancel);

    /// <summary>Gives the grant back when a link is removed, where the provider takes it.</summary>
    /// <exception cref="ProviderException"/>
    Task RevokeAsync(ProviderTokens tokens, CancellationToken cancel);
}

/// <summary>This server as a client of one provider.</summary>
/// <param name="Name">Word in the routes; the redirect URI is distinct for each (RFC 9700 section 4.4.2).</param>
/// <param name="Issuer">Who the provider is, compared character for character.</param>
/// <param name="RedirectUrl">As registered; null for <c>/auth/callback/{name}</c> of the request's own origin.</param>
public sealed record ProviderRegistration(
    string Name, string DisplayName, string Issuer, string ClientId, Secret ClientSecret, IReadOnlyList<string> Scopes, Uri? RedirectUrl);

/// <summary>What goes through the browser: nothing in it is a secret of this server.</summary>
/// <param name="Challenge">S256 of the PKCE verifier (RFC 7636 section 4.2).</param>
public sealed record AuthorizationRequest(string RedirectUri, string State, string Nonce, string Challenge);

/// <summary>What goes over the back channel.</summary>
/// <param name="Nonce">What the provider must have put into its ID token.</param>
public sealed record CodeExchange(string Code, string RedirectUri, string Verifier, string Nonce);

/// <summary>A person as the provider knows them.</summary>
/// <param name="Subject">The provider's own id, 1 to 255 characters; never reused there for another person.</param>
/// <param name="VerifiedEmail">Only an address that the provider has verified; else null.</param>
/// <param name="Name">A display name, not to be relied on.</param>
public sealed record ExternalIdentity(string Subject, string? VerifiedEmail, string? Name, ProviderTokens Tokens);

/// <summary>The provider's tokens; kept sealed, and only to be given back.</summary>
public sealed record ProviderTokens(string AccessToken, string? RefreshToken);
