namespace AICodeManager.Signatures.StructuredFields;

/// <summary>Items in parentheses, with parameters of their own (RFC 9651 section 3.1.1). Two are equal if they are written alike.</summary>
public sealed record SfInnerList : SfMember
{
    private readonly SfItem[] items;

    public SfInnerList(IEnumerable<SfItem> items, SfParameters? parameters = null)
        : base(parameters) => this.items = [.. items];

    public IReadOnlyList<SfItem> Items => items;

    public bool Equals(SfInnerList? other) => base.Equals(other) && items.SequenceEqual(other.items);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), items.Length);

    /// <summary>As it is written in a field.</summary>
    public override string ToString() => SfWriter.Write(this);
}
