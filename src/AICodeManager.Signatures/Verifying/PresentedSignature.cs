using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Messages;

namespace AICodeManager.Signatures.Verifying;

/// <summary>A signature that a request carries, well-formed and within its window; whether it is right, only its key can tell.</summary>
public sealed class PresentedSignature
{
    private readonly string signatures;
    private readonly (int Start, int Length) signature;

    internal PresentedSignature(SignatureInput input, string signatures, (int Start, int Length) signature, int bytes, ContentDigest? digest) =>
        (Input, this.signatures, this.signature, SignatureLength, Digest) = (input, signatures, signature, bytes, digest);

    /// <summary>Which key is said to have made it; empty where the policy lets it be left out.</summary>
    public string KeyId => Input.KeyId ?? "";

    /// <summary>Empty where the policy lets it be left out.</summary>
    public string Nonce => Input.Nonce ?? "";

    public DateTimeOffset? Created => At(Input.Created);

    public DateTimeOffset? Expires => At(Input.Expires);

    /// <summary>The registered name it gives for its algorithm (RFC 9421 section 6.2.2), if any. The key decides, not this.</summary>
    public string? Alg => Input.Alg;

    public ReadOnlySpan<Component> Components => Input.Components;

    /// <summary>Bytes of the signature.</summary>
    public int SignatureLength { get; }

    /// <summary>What the content must hash to; null where <c>Content-Digest</c> is not covered as a whole.</summary>
    public ContentDigest? Digest { get; }

    internal SignatureInput Input { get; }

    /// <summary>Whether a component is covered as a whole.</summary>
    public bool Covers(string name)
    {
        foreach (ref readonly var component in Components)
        {
            if (component.IsPlain && component.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The signature's base64, which was found well-formed.</summary>
    internal ReadOnlySpan<char> SignatureText => signatures.AsSpan(signature.Start, signature.Length);

    // An integer may name a time past the last one that the framework knows.
    private static DateTimeOffset? At(long? seconds) => seconds is { } s
        ? s < DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds(s) : DateTimeOffset.MaxValue
        : null;
}
