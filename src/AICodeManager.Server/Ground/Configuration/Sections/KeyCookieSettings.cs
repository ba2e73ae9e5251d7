using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary>Kinds of pairs for cookies. The numbers stand in cookies.</summary>
public enum CookieKeyKind
{
    /// <summary>ECDSA on P-256: signs 64,000 times a second and core.</summary>
    ES256 = 1,

    /// <summary>RSA of 2048 bits with PSS and SHA-256: 4,900 signatures a second.</summary>
    RSA2048 = 2,

    /// <summary>RSA of 4096 bits with PSS and SHA-256: 350 signatures a second, and seconds to make a pair.</summary>
    RSA4096 = 3,
}

/// <summary><c>client_keys.cookie</c>: pairs that are made for browsers, which keep the private half sealed in a cookie.</summary>
public sealed record KeyCookieSettings
{
    /// <summary>Seals the cookies. Whoever has it and a cookie has its key; the API never needs it.</summary>
    public required Secret SecretKey { get; init; }

    /// <summary>Secrets that it replaced, for as long as their cookies live (7 days).</summary>
    public required IReadOnlyList<Secret> PreviousKeys { get; init; }

    public required CookieKeyKind Algorithm { get; init; }

    /// <summary>Where our pages live, as browsers write it; empty for the address that each request names.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    internal static KeyCookieSettings Read(SectionReader section) => new()
    {
        SecretKey = section.GeneratedSecret("secret_key", "BFF_SECRET_KEY", "bff"),
        PreviousKeys = section.List("previous_keys", [], Secrets.Key, "BFF_PREVIOUS_KEYS"),
        Algorithm = section.Value("algorithm", "ES256", Words.OneOf(
            ("ES256", CookieKeyKind.ES256), ("RSA2048", CookieKeyKind.RSA2048), ("RSA4096", CookieKeyKind.RSA4096))),
        Origins = section.List("origins", [], Forms.Origins.Exact, "BFF_ORIGINS"),
    };
}
