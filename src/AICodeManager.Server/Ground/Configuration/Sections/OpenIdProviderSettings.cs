using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>oauth2.providers.{name}</c>: an OpenID provider that its discovery document describes.</summary>
public sealed record OpenIdProviderSettings
{
    /// <summary>Word in the routes.</summary>
    public required string Name { get; init; }

    /// <summary>For people; the name where it is left out.</summary>
    public required string DisplayName { get; init; }

    /// <summary>Exactly as the provider writes it: it is compared character for character.</summary>
    public required string Issuer { get; init; }

    public required string ClientId { get; init; }
    public required Secret ClientSecret { get; init; }

    /// <summary>With <c>openid</c> among them.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Null for <c>/auth/callback/{name}</c> of the request's own origin.</summary>
    public required Uri? RedirectUrl { get; init; }

    internal static OpenIdProviderSettings Read(string name, SectionReader section)
    {
        var scopes = section.List("scopes", ["openid", "profile", "email"], Texts.Scope);
        CheckScopes(section, scopes);
        return new()
        {
            Name = name,
            DisplayName = section.Value("display_name", name, Texts.Line),
            Issuer = section.Required("issuer", Urls.Issuer),
            ClientId = section.Required("client_id", Secrets.ClientId) ?? "",
            ClientSecret = section.Required("client_secret", Secrets.Credential) ?? new Secret(""),
            Scopes = scopes,
            RedirectUrl = OAuth2ProviderSettings.Redirect(section, name),
        };
    }

    /// <summary>Without this scope the answer has no ID token, and nothing that says whom the code was for.</summary>
    internal static void CheckScopes(SectionReader section, IReadOnlyList<string> scopes)
    {
        if (!scopes.Contains("openid"))
            section.Fault("scopes", "lacks openid", "a list with openid in it, for example [\"openid\", \"email\"]");
    }
}
