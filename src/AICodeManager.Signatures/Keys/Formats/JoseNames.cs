namespace AICodeManager.Signatures.Keys.Formats;

/// <summary>The algorithms as JWK names them in <c>alg</c> (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864).</summary>
internal static class JoseNames
{
    // EdDSA and not the newer Ed25519: every library knows it.
    public static string Of(SignatureAlgorithm algorithm) => algorithm switch
    {
        SignatureAlgorithm.PS256 => "PS256",
        SignatureAlgorithm.PS512 => "PS512",
        SignatureAlgorithm.ES256 => "ES256",
        SignatureAlgorithm.Ed25519 => "EdDSA",
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "PS256, PS512, ES256 and Ed25519 are known."),
    };

    public static SignatureAlgorithm? Read(string name) => name switch
    {
        "PS256" => SignatureAlgorithm.PS256,
        "PS512" => SignatureAlgorithm.PS512,
        "ES256" => SignatureAlgorithm.ES256,
        "EdDSA" or "Ed25519" => SignatureAlgorithm.Ed25519,
        _ => null,
    };
}
