namespace AICodeManager.Signatures.Keys;

/// <summary>How a key signs. It belongs to the key and is never taken from a message (RFC 9421 section 7.3.6).</summary>
public enum SignatureAlgorithm
{
    /// <summary>RSASSA-PSS with SHA-256, MGF1-SHA-256 and a salt of 32 bytes (RFC 8017). RFC 9421 has no name for it: no <c>alg</c>.</summary>
    PS256,

    /// <summary>RSASSA-PSS with SHA-512, MGF1-SHA-512 and a salt of 64 bytes: <c>rsa-pss-sha512</c> (RFC 9421 section 3.3.1).</summary>
    PS512,

    /// <summary>ECDSA on P-256 with SHA-256, r and s side by side: <c>ecdsa-p256-sha256</c> (RFC 9421 section 3.3.4).</summary>
    ES256,

    /// <summary>EdDSA on edwards25519: <c>ed25519</c> (RFC 9421 section 3.3.6, RFC 8032).</summary>
    Ed25519,
}
