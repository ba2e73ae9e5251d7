namespace AICodeManager.Signatures.Keys;

/// <summary>Names of algorithms in the registry of RFC 9421 section 6.2.</summary>
public static class AlgorithmNames
{
    /// <summary>What <c>alg</c> says of it; null for PS256, which the registry does not know.</summary>
    public static string? RegisteredName(this SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.PS512 => "rsa-pss-sha512",
        SignatureAlgorithm.ES256 => "ecdsa-p256-sha256",
        SignatureAlgorithm.Ed25519 => "ed25519",
        _ => null,
    };
}
