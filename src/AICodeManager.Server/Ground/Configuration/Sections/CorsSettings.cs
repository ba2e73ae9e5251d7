using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>security.cors</c>: which other origins may read answers.</summary>
public sealed record CorsSettings
{
    /// <summary>Exact origins as browsers send them, or <c>*</c> alone.</summary>
    public required IReadOnlyList<string> AllowedOrigins { get; init; }

    public required IReadOnlyList<string> AllowedMethods { get; init; }
    /// <summary>Request headers beside those that signing takes.</summary>
    public required IReadOnlyList<string> AllowedHeaders { get; init; }

    /// <summary>Answer headers beside those that every client of this API reads.</summary>
    public required IReadOnlyList<string> ExposedHeaders { get; init; }

    /// <summary>Whether such requests may carry cookies. Never together with <c>*</c>.</summary>
    public required bool AllowCredentials { get; init; }

    /// <summary>How long a browser may remember the answer; given in seconds.</summary>
    public required TimeSpan MaxAge { get; init; }

    internal static CorsSettings Read(SectionReader section)
    {
        var cors = new CorsSettings
        {
            AllowedOrigins = section.List("allowed_origins", [], Origins.ExactOrAny),
            AllowedMethods = section.List("allowed_methods", ["GET", "POST", "PUT", "DELETE"], Texts.Token),
            AllowedHeaders = section.List("allowed_headers", ["Authorization", "Content-Type", "X-CSRF-Token", "X-Requested-With"], Texts.Token),
            ExposedHeaders = section.List("exposed_headers", ["X-Total-Count"], Texts.Token),
            AllowCredentials = section.Value("allow_credentials", "false", Words.Switch),
            MaxAge = TimeSpan.FromSeconds(section.Value("max_age", "3600", Numbers.Whole(0, 86400))),
        };
        if (cors.AllowCredentials && cors.AllowedOrigins.Contains("*"))
            section.Fault("allowed_origins", "is '*' while allow_credentials is true: every site could then act for a signed-in user", "exact origins, or allow_credentials: false");
        return cors;
    }
}
