using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>jwt</c>: access and refresh tokens.</summary>
public sealed record JwtSettings
{
    /// <summary>At least 32 characters; generated where it is given nowhere.</summary>
    public required Secret SecretKey { get; init; }

    public required string Issuer { get; init; }
    public required string Audience { get; init; }

    /// <summary>How long an access token is good.</summary>
    public required TimeSpan Expiry { get; init; }

    /// <summary>How long a refresh token is good.</summary>
    public required TimeSpan RefreshExpiry { get; init; }

    /// <summary><c>HS256</c>, <c>RS256</c>, <c>PS256</c> or <c>ES256</c>.</summary>
    public required string Algorithm { get; init; }

    public required BlacklistSettings Blacklist { get; init; }

    internal static JwtSettings Read(SectionReader section)
    {
        return new()
        {
            SecretKey = section.GeneratedSecret("secret_key", "JWT_SECRET_KEY", "jwt"),
            Issuer = section.Value("issuer", "aicli-web", Texts.Line, "JWT_ISSUER"),
            Audience = section.Value("audience", "aicli-users", Texts.Line, "JWT_AUDIENCE"),
            Expiry = section.Value("expiry", "24h", Durations.Between("1m", "30d"), "JWT_EXPIRY"),
            RefreshExpiry = section.Value("refresh_expiry", "168h", Durations.Between("1m", "365d")),
            Algorithm = section.Value("algorithm", "HS256", Words.OneOf("HS256", "RS256", "PS256", "ES256")),
            Blacklist = BlacklistSettings.Read(section.Section("blacklist")),
        };
    }
}

/// <summary><c>jwt.blacklist</c>: tokens that were revoked before they expired.</summary>
public sealed record BlacklistSettings
{
    /// <summary>Always true: a logout that is forgotten is none.</summary>
    public required bool Enabled { get; init; }

    /// <summary>How often the embedded store clears what has expired from the database; Redis does so by itself.</summary>
    public required TimeSpan CleanupInterval { get; init; }

    /// <summary>Revocations that are expected to stand at once; with more the operator is told, and none is ever dropped to save room (spec A5).</summary>
    public required int MaxEntries { get; init; }

    internal static BlacklistSettings Read(SectionReader section) => new()
    {
        Enabled = section.Value("enabled", "true", Words.AlwaysOn),
        CleanupInterval = section.Value("cleanup_interval", "1h", Durations.Between("1m", "24h")),
        MaxEntries = section.Value("max_entries", "10000", Numbers.Whole(100, 10_000_000)),
    };
}
