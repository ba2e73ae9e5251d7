using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>csrf</c>: proof that a request comes from our own pages.</summary>
public sealed record CsrfSettings
{
    /// <summary>At least 32 characters; generated where it is given nowhere.</summary>
    public required Secret SecretKey { get; init; }

    public required TimeSpan TokenLifetime { get; init; }
    public required bool SecureCookie { get; init; }

    /// <summary><c>strict</c> or <c>lax</c>.</summary>
    public required string SameSite { get; init; }

    /// <summary>Exact origins as browsers send them, beside the server's own.</summary>
    public required IReadOnlyList<string> TrustedOrigins { get; init; }

    internal static CsrfSettings Read(SectionReader section) => new()
    {
        SecretKey = section.GeneratedSecret("secret_key", "CSRF_SECRET_KEY", "csrf"),
        TokenLifetime = section.Value("token_lifetime", "24h", Durations.Between("1m", "30d")),
        SecureCookie = section.Value("secure_cookie", "true", Words.Switch),
        SameSite = section.Value("same_site", "strict", Words.OneOf("strict", "lax")),
        TrustedOrigins = section.List("trusted_origins", [], Origins.Exact, "CSRF_TRUSTED_ORIGINS"),
    };
}
