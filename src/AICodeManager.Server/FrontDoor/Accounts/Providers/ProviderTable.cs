using System.Collections.Frozen;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Dialects;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>The providers that are set up: the two that the guide names, then every OpenID provider of the configuration.</summary>
public sealed class ProviderTable
{
    private readonly FrozenDictionary<string, IIdentityProvider> byName;

    public ProviderTable(Settings settings, GitHubAddresses github, BackChannel channel, TimeProvider time)
    {
        List<IIdentityProvider> rows = [];
        if (settings.OAuth2.Google is { } google)
        {
            rows.Add(GoogleProvider.Of(google, channel, time));
        }

        if (settings.OAuth2.GitHub is { } hub)
        {
            rows.Add(new GitHubProvider(hub, github, channel));
        }

        rows.AddRange(settings.OAuth2.Providers.Select(p => new OpenIdProvider(
            new(p.Name, p.DisplayName, p.Issuer, p.ClientId, p.ClientSecret, p.Scopes, p.RedirectUrl), channel, time)));
        All = rows;
        byName = rows.ToFrozenDictionary(row => row.Registration.Name, StringComparer.Ordinal);
    }

    /// <summary>In the order in which a sign-in page shows them.</summary>
    public IReadOnlyList<IIdentityProvider> All { get; }

    public IIdentityProvider? Find(string name) => byName.GetValueOrDefault(name);
}
