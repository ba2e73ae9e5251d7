namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>How a change of a key ended.</summary>
public enum KeyChange
{
    Done,

    /// <summary>It was so already; nothing was changed or recorded.</summary>
    Already,

    /// <summary>This user has no such key.</summary>
    NotFound,

    /// <summary>The public key is known already, to this user or another, also if it was revoked.</summary>
    Exists,

    /// <summary>The user has as many keys as are permitted.</summary>
    TooMany,

    /// <summary>The key has a successor.</summary>
    Superseded,

    /// <summary>The key is revoked, past its grace or suspended.</summary>
    Unusable,
}

/// <summary>A key to be added; its proof of possession was accepted.</summary>
/// <param name="PublicKey">SubjectPublicKeyInfo, base64.</param>
/// <param name="Thumbprint">RFC 7638 with SHA-256, base64url.</param>
/// <param name="Method">How its user was known: <c>session</c>, <c>rotation</c>, or the second proof of a re-enrolment.</param>
public sealed record NewKey(
    string PublicKey, string Thumbprint, Signatures.Keys.SignatureAlgorithm Algorithm, KeyCustody Custody, string Name, string? UserAgent,
    string? Address, string Method);

/// <summary>Why keys are revoked, as the audit and their owner read it.</summary>
public static class RevokedReason
{
    public const string
        Owner = "owner",
        Administrator = "administrator",
        Abuse = "abuse";
}

/// <summary>Why keys are suspended: evidence that only the private key can have made (spec C12).</summary>
public static class SuspendedReason
{
    public const string
        NonceReused = "nonce_reused",
        UsedAfterGrace = "used_after_grace";
}
