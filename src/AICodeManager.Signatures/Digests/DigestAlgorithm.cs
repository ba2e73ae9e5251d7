namespace AICodeManager.Signatures.Digests;

/// <summary>The secure algorithms of RFC 9530 section 5. Others may stand beside one of them and are passed over.</summary>
public enum DigestAlgorithm
{
    /// <summary><c>sha-256</c></summary>
    Sha256,

    /// <summary><c>sha-512</c></summary>
    Sha512,
}
