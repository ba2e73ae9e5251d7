namespace AICodeManager.Server.FrontDoor.Csrf.Proof;

/// <summary>Whose page a request comes from, as far as its headers say.</summary>
public enum OriginStanding
{
    /// <summary><c>Origin</c>, or <c>Referer</c> where there is none, names an origin of ours exactly.</summary>
    Exact,

    /// <summary>The same, of an origin of others that was named as trusted by hand.</summary>
    Trusted,

    /// <summary>Only the browser says so: <c>Sec-Fetch-Site</c> is <c>same-origin</c>, or <c>none</c> for what a person typed.</summary>
    Attested,

    /// <summary>No header says anything: an old browser, or no browser.</summary>
    Unknown,

    /// <summary>Another site's page, an opaque origin (<c>null</c>), or headers that contradict each other.</summary>
    Foreign,
}

/// <summary>What a request says about where it comes from; null where the header is absent.</summary>
public readonly record struct OriginEvidence(string? SecFetchSite, string? Origin, string? Referer)
{
    // A header that was sent twice reads as one text with a comma, which is no origin.
    public static OriginEvidence Of(HttpRequest request) => new(
        Text(request.Headers["Sec-Fetch-Site"]), Text(request.Headers.Origin), Text(request.Headers.Referer));

    private static string? Text(Microsoft.Extensions.Primitives.StringValues values) => values.Count == 0 ? null : values.ToString();
}

/// <summary>
/// Tells our own pages from others' by what only browsers write: Fetch Metadata (W3C) and exact origins (spec C2). Which
/// standing suffices is for the caller to say; nothing here knows of methods.
/// </summary>
/// <param name="origins">Where our pages live; empty for wherever the request itself was sent to.</param>
/// <param name="trusted">Origins of others whose pages may send requests here.</param>
public sealed class OriginRules(IReadOnlyList<WebOrigin> origins, IReadOnlyList<WebOrigin> trusted)
{
    /// <param name="self">Scheme, host and port that the request was sent to.</param>
    public OriginStanding Judge(OriginEvidence evidence, WebOrigin? self)
    {
        if (evidence.Origin is { } origin)
        {
            return WebOrigin.Read(origin) is not { } named ? OriginStanding.Foreign
                // Between two origins that were named by hand, the browser rightly says cross-site.
                : origins.Contains(named) || (IsSelf(named, self) && !SaysOther(evidence)) ? OriginStanding.Exact
                : trusted.Contains(named) ? OriginStanding.Trusted
                : OriginStanding.Foreign;
        }

        // What was redirected through another site keeps its Referer, but is cross-site to the browser.
        if (SaysOther(evidence))
            return OriginStanding.Foreign;
        if (evidence.Referer is { } referer)
        {
            return WebOrigin.OfUrl(referer) is not { } from ? OriginStanding.Foreign
                : origins.Contains(from) || IsSelf(from, self) ? OriginStanding.Exact
                : trusted.Contains(from) ? OriginStanding.Trusted
                : OriginStanding.Foreign;
        }

        return evidence.SecFetchSite is null ? OriginStanding.Unknown : OriginStanding.Attested;
    }

    /// <summary>The origin that a request was sent to, by its connection and its <c>Host</c>.</summary>
    public static WebOrigin? SelfOf(HttpRequest request) => WebOrigin.Of(request.Scheme, request.Host.Value ?? "");

    private bool IsSelf(WebOrigin named, WebOrigin? self) => origins.Count == 0 && named == self;

    private static bool SaysOther(OriginEvidence evidence) => evidence.SecFetchSite is not (null or "same-origin" or "none");
}
