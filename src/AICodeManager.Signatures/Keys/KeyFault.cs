namespace AICodeManager.Signatures.Keys;

/// <summary>Why a text is not a key that is accepted here. The sentence beside it says what would be.</summary>
public enum KeyFault
{
    None,

    /// <summary>Neither PEM nor JWK.</summary>
    NotAKey,

    /// <summary>More text than any accepted key has.</summary>
    TooLarge,

    /// <summary>PEM, DER or JSON that is broken, or more than one key.</summary>
    Format,

    /// <summary>A private or symmetric key was sent: it is no longer secret, and must not be used.</summary>
    Private,

    /// <summary>A public key where a private key is wanted.</summary>
    Public,

    /// <summary>A key of another kind than RSA, P-256 or Ed25519.</summary>
    Kind,

    /// <summary>The key does not fit the algorithm that was asked for or that it names itself.</summary>
    Algorithm,

    /// <summary>The key says that it is not for checking signatures.</summary>
    Usage,

    /// <summary>An RSA modulus that is too short, too long or not whole octets.</summary>
    Size,

    /// <summary>An RSA modulus with small factors, or of a generator known to be broken.</summary>
    Modulus,

    /// <summary>An RSA exponent other than 65537.</summary>
    Exponent,

    /// <summary>An elliptic curve other than P-256.</summary>
    Curve,

    /// <summary>A point that is not on the curve, not encoded in full, or that everybody can sign for.</summary>
    Point,

    /// <summary>A private key whose halves do not belong together.</summary>
    Mismatch,

    /// <summary>An Ed25519 key where the system has no libcrypto 3 (<see cref="Ed25519.Available"/>).</summary>
    Unavailable,
}
