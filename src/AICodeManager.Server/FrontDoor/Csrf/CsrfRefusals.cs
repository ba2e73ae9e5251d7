using AICodeManager.Server.FrontDoor.Csrf.Proof;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Csrf;

/// <summary>How requests of other sites' pages are refused. Both are one audit event; its reason is the code.</summary>
internal static class CsrfRefusals
{
    private const int MaxShown = 100;

    public static Refusal AnotherOrigin(HttpRequest request) =>
        new(403, "origin_refused", "The request comes from a page of another origin.")
        {
            Detail = "Origin (or Referer) must name scheme, host and port that this server is reached by, or one of csrf.trusted_origins.",
            PrivateReason = Told(OriginEvidence.Of(request)),
            Event = "csrf_refused",
        };

    public static Refusal NoToken(CsrfReading reading) =>
        new(403, "csrf_failed", "The request carries no valid token of a page of this server.")
        {
            Detail = $"{Wrong(reading)} Ask GET {CsrfEndpoints.Path} from this browser and send its csrf_token in the header {SentToken.Header}"
                + $" or the form field {SentToken.Field}.",
            PrivateReason = $"token: {reading}",
            Event = "csrf_refused",
        };

    private static string Wrong(CsrfReading reading) => reading switch
    {
        CsrfReading.Missing => "The token is missing.",
        CsrfReading.Expired => "The token is too old.",
        _ => "The token is not one of this session or browser.",
    };

    // Whose page it was is what an operator asks first; anybody may have written it.
    private static string Told(OriginEvidence evidence) =>
        $"Origin: {Shown(evidence.Origin)}; Referer: {Shown(evidence.Referer)}; Sec-Fetch-Site: {Shown(evidence.SecFetchSite)}";

    private static string Shown(string? text) => text is null ? "none"
        : text.Length <= MaxShown ? text
        // Never half a character: no database takes one.
        : $"{text.AsSpan(0, char.IsHighSurrogate(text[MaxShown - 1]) ? MaxShown - 1 : MaxShown)}…";
}
