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

    internal static OAuth2Settings Read(SectionReader section) => new()
    {
        Google = OAuth2ProviderSettings.Read(section.Section("google"), "GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET", ["openid", "profile", "email"]),
        GitHub = OAuth2ProviderSettings.Read(section.Section("github"), "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", ["user:email", "read:user"]),
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
    internal static OAuth2ProviderSettings? Read(SectionReader section, string idVariable, string secretVariable, string[] scopes)
    {
        var faultsBefore = section.FaultCount;
        var id = section.Optional("client_id", Secrets.ClientId, idVariable, unsetIsAbsent: true);
        var secret = section.Optional("client_secret", Secrets.Credential, secretVariable, unsetIsAbsent: true);
        var redirect = section.Optional("redirect_url", Urls.Redirect);
        var granted = section.List("scopes", scopes, Texts.Scope);
        if (id is not null && secret is not null)
            return new() { ClientId = id, ClientSecret = secret, RedirectUrl = redirect, Scopes = granted };
        if ((id is null) != (secret is null) && section.FaultCount == faultsBefore)
            section.Fault(id is null ? "client_id" : "client_secret", "is missing, though its counterpart is given",
                $"both, for example by {idVariable} and {secretVariable}, or neither", id is null ? secretVariable : idVariable);
        return null;
    }
}
