namespace AICodeManager.Signatures.Verifying;

/// <summary>Why a signed request is not accepted, in the order in which the steps are taken.</summary>
public enum SignatureFault
{
    None,

    /// <summary>There is no signature of the policy's tag.</summary>
    Missing,

    /// <summary>Form: a field that is no strict structured field, a label twice or without its other half, several of the tag.</summary>
    Malformed,

    /// <summary>Parameters: one is missing, forbidden or of a wrong length.</summary>
    Parameters,

    /// <summary>Algorithm: <c>alg</c> names one that the policy does not allow.</summary>
    Algorithm,

    /// <summary>Window: made too long ago, in the future, or past <c>expires</c>.</summary>
    Window,

    /// <summary>Components: one that must be covered is not, or one that is covered cannot be derived from the request.</summary>
    Components,

    /// <summary>Components: one is covered that must not be.</summary>
    Excluded,

    /// <summary>Signature: not made by this key over this request, or of another algorithm than the key's.</summary>
    Signature,

    /// <summary>Digest: the content is not what <c>Content-Digest</c> says.</summary>
    Digest,
}
