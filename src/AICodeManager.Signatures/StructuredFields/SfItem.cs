namespace AICodeManager.Signatures.StructuredFields;

/// <summary>A bare item and its parameters (RFC 9651 section 3.3).</summary>
public sealed record SfItem : SfMember
{
    public SfItem(SfBare value, SfParameters? parameters = null)
        : base(parameters) => Value = value;

    public SfBare Value { get; }

    /// <summary>As it is written in a field.</summary>
    public override string ToString() => SfWriter.Write(this);
}
