using AICodeManager.Signatures.Verifying;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>What the outer contract fixes about signed requests (spec section E); clients written elsewhere rely on it.</summary>
public static class SignatureContract
{
    /// <summary>The tag of a request's own signature.</summary>
    public const string Tag = "aicli";

    /// <summary>The tag of the signature by which a new key proves that its private half is there.</summary>
    public const string RegisterTag = "aicli-register";

    /// <summary>The header that tells since when, or from when on, the key is to be replaced.</summary>
    public const string RotationHeader = "Key-Rotation-Due";

    /// <summary>RFC 9421 section 5.1: how a request is to be signed, told with every refusal.</summary>
    public const string AcceptSignature =
        "sig=(\"@method\" \"@target-uri\" \"content-digest\" \"authorization\");created;nonce;keyid;tag=\"aicli\"";

    /// <summary>How old a signature may be.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(60);

    /// <summary>How far a client's clock may run ahead.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Before <c>created</c>, more than a client's clock may run ahead and nodes' clocks differ: no copy of the request was
    /// served earlier. Until a store of nonces has been up for that long, what was signed before it began is refused.
    /// </summary>
    public static readonly TimeSpan ServedEarliest = MaxAhead + TimeSpan.FromSeconds(1);

    /// <summary>From <c>created</c> on, longer than any node accepts it: created is told in whole seconds.</summary>
    public static readonly TimeSpan NonceHolds = MaxAge + TimeSpan.FromSeconds(2);

    /// <summary>For requests.</summary>
    public static readonly SignaturePolicy Requests = new()
    {
        Tag = Tag,
        MaxAge = MaxAge,
        MaxAhead = MaxAhead,
        Coverage =
        [
            CoverageRule.All("@method"),
            CoverageRule.Either(["@target-uri"], ["@authority", "@path", "@query"]),
            CoverageRule.WithContent("content-digest"),
            CoverageRule.IfSent("authorization"),
        ],
    };

    /// <summary>For proofs of possession; the server that checks one knows the key from the body.</summary>
    public static readonly SignaturePolicy Registrations = Requests with
    {
        Tag = RegisterTag,
        Coverage = [CoverageRule.All("@method", "@target-uri", "content-digest")],
    };
}
