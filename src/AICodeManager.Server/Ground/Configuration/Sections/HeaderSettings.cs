using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>security.headers</c>: the security headers of every answer.</summary>
public sealed record HeaderSettings
{
    /// <summary>How long browsers insist on https; given in seconds, 0 for no such header.</summary>
    public required TimeSpan HstsMaxAge { get; init; }

    public required bool HstsIncludeSubdomains { get; init; }

    /// <summary><c>DENY</c> or <c>SAMEORIGIN</c>, for pages.</summary>
    public required string FrameOptions { get; init; }

    /// <summary>For pages.</summary>
    public required bool ContentTypeNosniff { get; init; }

    /// <summary>The guide's key; whatever it says, <c>0</c> is what a server should send.</summary>
    public required string XssProtection { get; init; }

    /// <summary>The Content-Security-Policy of pages; what it says of inline code is not sent.</summary>
    public required string Csp { get; init; }

    /// <summary>Of pages.</summary>
    public required string ReferrerPolicy { get; init; }

    internal static HeaderSettings Read(SectionReader section)
    {
        var headers = new HeaderSettings
        {
            HstsMaxAge = TimeSpan.FromSeconds(section.Value("hsts_max_age", "31536000", Numbers.Whole(0, 63072000))),
            HstsIncludeSubdomains = section.Value("hsts_include_subdomains", "true", Words.Switch),
            FrameOptions = section.Value("frame_options", "DENY", Words.OneOf("DENY", "SAMEORIGIN")),
            ContentTypeNosniff = section.Value("content_type_nosniff", "true", Words.Switch),
            XssProtection = section.Value("xss_protection", "0", Words.OneOf("0", "1", "1; mode=block")),
            Csp = section.Value("csp", "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'", Texts.HeaderValue),
            ReferrerPolicy = section.Value("referrer_policy", "strict-origin-when-cross-origin", Words.OneOf(
                "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin", "origin", "origin-when-cross-origin", "no-referrer-when-downgrade")),
        };
        if (headers.XssProtection != "0")
            section.Warn("xss_protection", "the filter of old browsers that this turns on was itself open to attack; 0 is sent");
        if (headers.Csp.Contains("'unsafe-inline'", StringComparison.OrdinalIgnoreCase) || headers.Csp.Contains("'unsafe-eval'", StringComparison.OrdinalIgnoreCase))
            section.Warn("csp", "'unsafe-inline' and 'unsafe-eval' are left out of what is sent: they let injected scripts run, which the policy is there to stop");
        if (!headers.ContentTypeNosniff)
            section.Warn("content_type_nosniff", "pages are sent without the header; answers of the API keep it");
        return headers;
    }
}
