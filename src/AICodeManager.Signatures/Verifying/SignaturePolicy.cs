using System.Collections.Immutable;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Signatures.Verifying;

/// <summary>Whether something must, may or must not be there.</summary>
public enum Presence
{
    Optional,
    Required,
    Forbidden,
}

/// <summary>What a verifier accepts; RFC 9421 section 3.2.1 leaves it to each application to say so.</summary>
public sealed record SignaturePolicy
{
    /// <summary>The application's tag (section 2.3). Null takes a signature of any tag or none.</summary>
    public string? Tag { get; init; }

    /// <summary>Looks at this label only. Null: exactly one signature may carry <see cref="Tag"/>, under any label.</summary>
    public string? Label { get; init; }

    public Presence Created { get; init; } = Presence.Required;

    /// <summary>How long ago <c>created</c> may lie.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How far ahead <c>created</c> may lie, for clocks that differ.</summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromSeconds(5);

    public Presence Expires { get; init; } = Presence.Optional;

    /// <summary>How far <c>expires</c> may lie after <c>created</c>; null: any distance after it.</summary>
    public TimeSpan? MaxLifetime { get; init; }

    public Presence Nonce { get; init; } = Presence.Required;

    /// <summary>Characters of a nonce.</summary>
    public (int Least, int Most) NonceLength { get; init; } = (16, 64);

    public Presence KeyId { get; init; } = Presence.Required;

    public Presence Alg { get; init; } = Presence.Optional;

    /// <summary>The algorithms that keys may have.</summary>
    public ImmutableArray<SignatureAlgorithm> Algorithms { get; init; } =
        [SignatureAlgorithm.PS256, SignatureAlgorithm.PS512, SignatureAlgorithm.ES256, SignatureAlgorithm.Ed25519];

    /// <summary>What has to be covered.</summary>
    public ImmutableArray<CoverageRule> Coverage { get; init; } = [];

    /// <summary>Components that must not be covered.</summary>
    public ImmutableArray<string> Excluded { get; init; } = [];

    /// <summary>Characters of <c>Signature-Input</c> and of <c>Signature</c>, each.</summary>
    public int MostCharacters { get; init; } = 8 << 10;

    /// <summary>Signatures under which the one is looked for.</summary>
    public int MostSignatures { get; init; } = 8;

    /// <summary>Components that one signature covers.</summary>
    public int MostComponents { get; init; } = 32;

    /// <summary>Bytes of the signature base, which repeats what is covered.</summary>
    public int MostBaseBytes { get; init; } = 64 << 10;
}
