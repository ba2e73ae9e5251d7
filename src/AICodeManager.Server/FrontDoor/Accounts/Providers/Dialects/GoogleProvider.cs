using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers.Dialects;

/// <summary>Google: an OpenID provider with a known issuer. It lets the person choose among several accounts.</summary>
/// <remarks>The guide asks for offline access and renewed consent; nothing here works while the person is away, so neither is asked for.</remarks>
internal static class GoogleProvider
{
    /// <summary>accounts.google.com/.well-known/openid-configuration</summary>
    public const string Issuer = "https://accounts.google.com";

    public static OpenIdProvider Of(OAuth2ProviderSettings settings, BackChannel channel, TimeProvider time) => new(
        new("google", "Google", Issuer, settings.ClientId, settings.ClientSecret, settings.Scopes, settings.RedirectUrl),
        channel, time, new Dictionary<string, string?> { ["prompt"] = "select_account" });
}
