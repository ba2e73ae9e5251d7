using AICodeManager.Server.Ground.Configuration.Sections;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AICodeManager.Server.FrontDoor.Accounts.Passkeys;

/// <summary>What the framework's passkey handler demands of every ceremony.</summary>
public sealed class PasskeyRules(PasskeySettings settings) : IConfigureOptions<IdentityPasskeyOptions>
{
    // RFC 9053: ES256, and RS256 for platforms that have nothing else. What is not named is not accepted.
    private const int Es256 = -7, Rs256 = -257;

    public void Configure(IdentityPasskeyOptions options)
    {
        options.ServerDomain = settings.ServerDomain;
        options.UserVerificationRequirement = "required";

        // Found by the authenticator itself: sign-in asks for no address and so can tell nothing about one.
        options.ResidentKeyRequirement = "required";
        options.AttestationConveyancePreference = "none";
        options.AuthenticatorTimeout = PasskeyCeremonies.Lifetime;
        options.IsAllowedAlgorithm = algorithm => algorithm is Es256 or Rs256;
        options.ValidateOrigin = asked => ValueTask.FromResult(
            !asked.CrossOrigin && string.IsNullOrEmpty(asked.TopOrigin) && IsOurs(asked.Origin, asked.HttpContext.Request.Host));
    }

    /// <summary>
    /// Compares whole origins (WebAuthn level 3 section 13.4.9): those that are configured, else that of the host which
    /// the request names, over TLS. Plain HTTP is a secure context for <c>localhost</c> alone.
    /// </summary>
    internal bool IsOurs(string origin, HostString host)
    {
        if (settings.AllowedOrigins.Count > 0)
        {
            return settings.AllowedOrigins.Contains(origin, StringComparer.Ordinal);
        }

        var name = host.Host.ToLowerInvariant();
        return name.Length > 0
            && (origin == OriginOf("https", name, host.Port, 443)
                || ((name == "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal))
                    && origin == OriginOf("http", name, host.Port, 80)));
    }

    private static string OriginOf(string scheme, string name, int? port, int standard) =>
        port is null || port == standard ? $"{scheme}://{name}" : $"{scheme}://{name}:{port}";
}
