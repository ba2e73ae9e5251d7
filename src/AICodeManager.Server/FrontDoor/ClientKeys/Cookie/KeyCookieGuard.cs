using AICodeManager.Server.FrontDoor.Csrf.Proof;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>
/// Whether a request that brings a key cookie comes from one of our pages. Asked before the cookie is opened: a browser
/// sends cookies by itself, and what is signed with the key inside counts as its owner's word.
/// </summary>
public sealed class KeyCookieGuard(OriginRules origins, CsrfTokens tokens)
{
    public const string TokenHeader = "X-CSRF-Token";

    /// <summary>
    /// Null lets pass. What only reads needs a page of ours or the browser's word for it; everything else needs an exact
    /// origin and a token for this very key.
    /// </summary>
    /// <param name="head">The cookie's, not proved yet: a token for the key that it names must be there all the same.</param>
    public Refusal? Judge(HttpRequest request, KeyCookieHead head)
    {
        var standing = StandingOf(request);
        if (IsSafe(request.Method))
            return standing is OriginStanding.Exact or OriginStanding.Attested ? null : WrongOrigin(standing);
        if (standing != OriginStanding.Exact)
            return WrongOrigin(standing);
        var reading = request.Headers[TokenHeader] is [{ } token] ? tokens.Read(token, head.CsrfBinding) : CsrfReading.Missing;
        return reading == CsrfReading.Valid ? null : new(403, "csrf_invalid", "The request carries no valid token of this page.")
        {
            Detail = $"Send what GET /bff/key answers as csrf_token in the header {TokenHeader}.",
            PrivateReason = reading.ToString(),
            Event = "csrf_refused",
        };
    }

    /// <summary>Null lets pass what makes a new key for the session of the browser that asks.</summary>
    public Refusal? JudgeEnrolment(HttpRequest request) =>
        StandingOf(request) is var standing and not OriginStanding.Exact ? WrongOrigin(standing) : null;

    public string TokenFor(Guid keyId) => tokens.Issue(KeyCookieHead.BindingOf(keyId));

    // RFC 9110 section 9.2.1; TRACE is none of ours.
    private static bool IsSafe(string method) => method is "GET" or "HEAD" or "OPTIONS";

    private OriginStanding StandingOf(HttpRequest request) => origins.Judge(OriginEvidence.Of(request), OriginRules.SelfOf(request));

    private static Refusal WrongOrigin(OriginStanding standing) =>
        new(403, "csrf_origin", "The request does not come from a page of this server.")
        {
            Detail = "Origin must name the address that this server is reached by; behind a proxy, name it in client_keys.cookie.origins.",
            PrivateReason = standing.ToString(),
            Event = "csrf_refused",
        };
}
