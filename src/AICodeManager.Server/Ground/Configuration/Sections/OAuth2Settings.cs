using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>oauth2</c>: signing in with an account elsewhere.</summary>
public sealed record OAuth2Settings
{
    /// <summary>Null where it is not set up.</summary>
    public required OAuth2ProviderSettings? Google { get; init; }

    /// <summary>Null where it is not set up.</summary>
    public required OAuth2ProviderSettings? GitHub { get; init; }

    /// <summary>Further OpenID providers, by name, in the file's order.</summary>
    public required IReadOnlyList<OpenIdProviderSettings> Providers { get; init; }

    internal static OAuth2Settings Read(SectionReader section) => new()
    {
        Google = OAuth2ProviderSettings.Read("google", section.Section("google"), "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", ["openid", "profile", "email"]),
        GitHub = OAuth2ProviderSettings.Read("github", section.Section("github"), "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", ["user:email", "read:user"]),
        Providers = [.. section.Map("providers", Texts.ProviderName, OpenIdProviderSettings.Read).Select(p => p.Value)],
    };
}

/// <summary>One provider. It is set up as soon as it has a client id and a client secret.</summary>
public sealed record OAuth2ProviderSettings
{
    public required string ClientId { get; init; }
    public required Secret ClientSecret { get; init; }

    /// <summary>Where the provider sends the browser back to; null for <c>/auth/callback/{provider}</c> of the request's own origin.</summary>
    public required Uri? RedirectUrl { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Null where neither id nor secret is given, or the variables that the file names for both are not set.</summary>
    internal static OAuth2ProviderSettings? Read(string name, SectionReader section, string idVariable, string secretVariable, string[] scopes)
    {
        var faultsBefore = section.FaultCount;
        var id = section.Optional("client_id", Secrets.ClientId, idVariable, unsetIsAbsent: true);
        var secret = section.Optional("client_secret", Secrets.Credential, secretVariable, unsetIsAbsent: true);
        var redirect = Redirect(section, name);
        var granted = section.List("scopes", scopes, Texts.Scope);
        if (name == "google")
            OpenIdProviderSettings.CheckScopes(section, granted);
        if (id is not null && secret is not null)
            return new() { ClientId = id, ClientSecret = secret, RedirectUrl = redirect, Scopes = granted };
        if ((id is null) != (secret is null) && section.FaultCount == faultsBefore)
            section.Fault(id is null ? "client_id" : "client_secret", "is missing, though its counterpart is given",
                $"both, for example by {idVariable} and {secretVariable}, or neither", id is null ? secretVariable : idVariable);
        return null;
    }

    /// <summary>The route is this provider's own: one shared by two would let one answer in the other's name (RFC 9700 section 4.4).</summary>
    internal static Uri? Redirect(SectionReader section, string name)
    {
        var redirect = section.Optional("redirect_url", Urls.Redirect);
        if (redirect is not null && (redirect.Query.Length > 0 || !redirect.AbsolutePath.EndsWith($"/auth/callback/{name}", StringComparison.Ordinal)))
            section.Fault("redirect_url", "is not this provider's callback", $"a URL that ends in /auth/callback/{name}");
        return redirect;
    }
}
