using System.Globalization;
using System.Security.Cryptography;
using AICodeManager.Server.Ground.Configuration.Sections;
using Microsoft.Extensions.Primitives;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// The security headers, in two recipes. Every answer begins with that of the API: it is data, so nothing may run, frame,
/// embed, sniff or keep it. What is shown as a page takes the other one, <c>security.headers</c> (spec A3, C16).
/// </summary>
public sealed class SecurityHeaders(HeaderSettings settings)
{
    /// <summary>What no page here needs, denied to it and to whatever it embeds.</summary>
    private static readonly StringValues Permissions =
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), "
        + "magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

    private static readonly StringValues
        NoContent = "default-src 'none'; frame-ancestors 'none'", NoSniff = "nosniff", Deny = "DENY", Off = "0", NoReferrer = "no-referrer",
        SameOrigin = "same-origin", NoStore = "no-store";

    private readonly ContentPolicy policy = new(settings.Csp, settings.FrameOptions);

    // RFC 6797 section 6.1; zero seconds would make browsers forget, which nobody asked for by leaving it out.
    private readonly StringValues strict = settings.HstsMaxAge > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"max-age={settings.HstsMaxAge.TotalSeconds:0}{(settings.HstsIncludeSubdomains ? "; includeSubDomains" : "")}")
        : StringValues.Empty;

    /// <summary>The recipe of the API. Call it when the scheme is settled, and before any answer.</summary>
    public void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = NoContent;
        headers.XContentTypeOptions = NoSniff;
        headers.XFrameOptions = Deny;
        headers.XXSSProtection = Off;
        headers["Referrer-Policy"] = NoReferrer;
        // Pages that CORS allows read all the same: browsers ask this of requests without CORS only (Fetch, section 3.7).
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
        // Answers are about one caller; an endpoint whose answer is not says so itself.
        headers.CacheControl = NoStore;
        // RFC 6797 section 7.2: never over plain HTTP.
        if (context.Request.IsHttps && strict.Count > 0)
            headers.StrictTransportSecurity = strict;
    }

    /// <summary>The recipe of pages, in place of the other.</summary>
    /// <param name="own">The page's own Content-Security-Policy; null for the configured one.</param>
    public void ApplyPage(HttpContext context, string? own = null)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = own ?? policy.Text;
        headers.XFrameOptions = settings.FrameOptions;
        headers["Referrer-Policy"] = settings.ReferrerPolicy;
        headers["Cross-Origin-Opener-Policy"] = SameOrigin;
        headers["Permissions-Policy"] = Permissions;
        if (!settings.ContentTypeNosniff)
            headers.Remove("X-Content-Type-Options");
    }

    /// <summary>128 random bits for the inline scripts and styles of this one answer, which the policy then lets through.</summary>
    public string Nonce(HttpContext context)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        context.Response.Headers.ContentSecurityPolicy = policy.With(nonce);
        return nonce;
    }
}

/// <summary>The words with which endpoints say what they answer.</summary>
public static class PageRules
{
    /// <summary>The endpoint answers pages: its answers take that recipe, refusals before it the API's.</summary>
    public static TBuilder IsPage<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder
    {
        endpoint.Finally(built =>
        {
            var serve = built.RequestDelegate ?? throw new InvalidOperationException($"{built.DisplayName} serves nothing.");
            built.RequestDelegate = context =>
            {
                context.RequestServices.GetRequiredService<SecurityHeaders>().ApplyPage(context);
                return serve(context);
            };
        });
        return endpoint;
    }
}
