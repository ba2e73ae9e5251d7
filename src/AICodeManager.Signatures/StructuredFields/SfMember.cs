namespace AICodeManager.Signatures.StructuredFields;

/// <summary>What a list or dictionary holds: an <see cref="SfItem"/> or an <see cref="SfInnerList"/>, and nothing else.</summary>
public abstract record SfMember
{
    private protected SfMember(SfParameters? parameters) => Parameters = parameters ?? SfParameters.Empty;

    public SfParameters Parameters { get; }
}
