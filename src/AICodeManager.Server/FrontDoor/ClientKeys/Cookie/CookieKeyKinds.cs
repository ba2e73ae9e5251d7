using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Cookie;

/// <summary>What the kinds mean to the signature library.</summary>
public static class CookieKeyKinds
{
    public static SignatureAlgorithm Algorithm(this CookieKeyKind kind) =>
        kind == CookieKeyKind.ES256 ? SignatureAlgorithm.ES256 : SignatureAlgorithm.PS256;

    /// <summary>A new pair.</summary>
    public static SigningKey NewKey(this CookieKeyKind kind) => kind switch
    {
        CookieKeyKind.ES256 => SigningKey.Generate(SignatureAlgorithm.ES256),
        CookieKeyKind.RSA2048 => SigningKey.Generate(SignatureAlgorithm.PS256, 2048),
        CookieKeyKind.RSA4096 => SigningKey.Generate(SignatureAlgorithm.PS256, 4096),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
