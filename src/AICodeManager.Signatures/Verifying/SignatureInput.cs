using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Signatures.Verifying;

/// <summary>
/// One member of <c>Signature-Input</c>: covered components and parameters. Its text is the canonical one, so that the
/// parts of the signature base that repeat it are slices of it.
/// </summary>
internal sealed class SignatureInput
{
    /// <summary>The text that <see cref="Value"/> and the identifiers are slices of.</summary>
    public required string Text { get; init; }

    /// <summary>The inner list with its parameters: the value of <c>@signature-params</c>.</summary>
    public required (int Start, int Length) Value { get; init; }

    public required Component[] Components { get; init; }

    /// <summary>Where each component's identifier stands, its quotes and parameters included.</summary>
    public required (int Start, int Length)[] Identifiers { get; init; }

    public long? Created { get; private set; }
    public long? Expires { get; private set; }
    public string? Nonce { get; private set; }
    public string? Alg { get; private set; }
    public string? KeyId { get; private set; }
    public string? Tag { get; private set; }

    public ReadOnlySpan<char> Slice((int Start, int Length) part) => Text.AsSpan(part.Start, part.Length);

    /// <summary>Takes a parameter; false where it is a known one of a wrong type (RFC 9421 section 2.3).</summary>
    internal bool TryTake(ReadOnlySpan<char> name, in SfSlice value)
    {
        switch (name)
        {
            case "created" when value is { Kind: SfKind.Integer, Integer: >= 0 }:
                Created = value.Integer;
                return true;
            case "expires" when value is { Kind: SfKind.Integer, Integer: >= 0 }:
                Expires = value.Integer;
                return true;
            case "nonce" when value.Kind == SfKind.String:
                Nonce = value.ToText();
                return true;
            case "alg" when value.Kind == SfKind.String:
                Alg = value.ToText();
                return true;
            case "keyid" when value.Kind == SfKind.String:
                KeyId = value.ToText();
                return true;
            case "tag" when value.Kind == SfKind.String:
                Tag = value.ToText();
                return true;
            default:
                return name is not ("created" or "expires" or "nonce" or "alg" or "keyid" or "tag");
        }
    }
}
