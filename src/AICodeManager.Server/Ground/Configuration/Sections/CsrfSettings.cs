using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>csrf</c>: proof that a request comes from our own pages.</summary>
public sealed record CsrfSettings
{
    /// <summary>At least 32 characters; generated where it is given nowhere.</summary>
    public required Secret SecretKey { get; init; }

    /// <summary>Secrets that it replaced, for as long as tokens made with them live (<see cref="TokenLifetime"/>).</summary>
    public required IReadOnlyList<Secret> PreviousSecretKeys { get; init; }

    public required TimeSpan TokenLifetime { get; init; }
    public required bool SecureCookie { get; init; }

    /// <summary><c>strict</c> or <c>lax</c>.</summary>
    public required string SameSite { get; init; }

    /// <summary>Exact origins as browsers send them, beside the server's own.</summary>
    public required IReadOnlyList<string> TrustedOrigins { get; init; }

    internal static CsrfSettings Read(SectionReader section, CorsSettings cors)
    {
        var csrf = Read(section);
        // Reading answers and changing something are two permissions; whoever gives one alone should mean it.
        var allowed = cors.AllowedOrigins.Where(origin => origin != "*").ToList();
        if (cors.AllowCredentials && allowed.Except(csrf.TrustedOrigins).ToList() is { Count: > 0 } readers)
            section.Warn("trusted_origins", $"lacks {string.Join(", ", readers)} of security.cors.allowed_origins: pages there read answers with cookies and can change nothing, signing in included");
        if (allowed.Count > 0 && csrf.TrustedOrigins.Except(allowed).ToList() is { Count: > 0 } writers)
            section.Warn("trusted_origins", $"has {string.Join(", ", writers)}, which security.cors.allowed_origins lacks: right for an address of this server, else scripts there can read no answer");
        return csrf;
    }

    private static CsrfSettings Read(SectionReader section) => new()
    {
        SecretKey = section.GeneratedSecret("secret_key", "CSRF_SECRET_KEY", "csrf"),
        PreviousSecretKeys = section.List("previous_secret_keys", [], Secrets.Key, "CSRF_PREVIOUS_SECRET_KEYS"),
        TokenLifetime = section.Value("token_lifetime", "24h", Durations.Between("1m", "30d")),
        SecureCookie = section.Value("secure_cookie", "true", Words.Switch),
        SameSite = section.Value("same_site", "strict", Words.OneOf("strict", "lax")),
        TrustedOrigins = section.List("trusted_origins", [], Origins.Exact, "CSRF_TRUSTED_ORIGINS"),
    };
}
