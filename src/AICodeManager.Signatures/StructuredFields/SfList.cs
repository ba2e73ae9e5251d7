using System.Collections;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>A list of items and inner lists (RFC 9651 section 3.1). Two are equal if they are written alike.</summary>
public sealed class SfList(IEnumerable<SfMember> members) : IReadOnlyList<SfMember>, IEquatable<SfList>
{
    private readonly SfMember[] members = [.. members];

    public int Count => members.Length;

    public SfMember this[int index] => members[index];

    public IEnumerator<SfMember> GetEnumerator() => ((IEnumerable<SfMember>)members).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(SfList? other) => other is not null && members.SequenceEqual(other.members);

    public override bool Equals(object? obj) => Equals(obj as SfList);

    public override int GetHashCode() => members.Length;

    /// <summary>As it is written in a field.</summary>
    public override string ToString() => SfWriter.Write(this);
}
