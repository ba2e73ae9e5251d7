using AICodeManager.Server.FrontDoor.Csrf.Proof;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Csrf;

/// <summary>
/// Where pages live that may send requests here: at the address that the request was sent to, as the edge settled it, at
/// <c>csrf.trusted_origins</c>, and where the pages of cookie-held keys live (<c>client_keys.cookie.origins</c>).
/// </summary>
public sealed class PageOrigins(Settings settings)
{
    private readonly OriginRules rules = new(
        [], [.. settings.Csrf.TrustedOrigins.Concat(settings.ClientKeys.Cookie.Origins).Select(origin => WebOrigin.Read(origin)!.Value)]);

    public OriginStanding StandingOf(HttpRequest request) => rules.Judge(OriginEvidence.Of(request), OriginRules.SelfOf(request));
}
