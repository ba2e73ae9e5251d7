using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>A dictionary in the order of its keys (RFC 9651 section 3.2). Two are equal if they are written alike.</summary>
public sealed class SfDictionary : IReadOnlyCollection<KeyValuePair<string, SfMember>>, IEquatable<SfDictionary>
{
    private readonly SfMembers<SfMember> members;

    internal SfDictionary(SfMembers<SfMember> members) => this.members = members;

    /// <exception cref="ArgumentException">A key that is none, or one that occurs twice.</exception>
    public SfDictionary(IEnumerable<KeyValuePair<string, SfMember>> pairs)
        : this(SfMembers<SfMember>.Of(pairs))
    {
    }

    public int Count => members.Count;

    /// <summary>
    /// Whether a key occurred more than once in the text. The last value is the one kept, in the first one's place; who must
    /// not be told two things under one name, as with the labels of signatures, refuses the field.
    /// </summary>
    public bool HadDuplicates => members.HadDuplicates;

    public bool TryGet(string key, [MaybeNullWhen(false)] out SfMember member) => members.TryGet(key, out member);

    public IEnumerator<KeyValuePair<string, SfMember>> GetEnumerator() => members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(SfDictionary? other) => other is not null && members.Equals(other.members);

    public override bool Equals(object? obj) => Equals(obj as SfDictionary);

    public override int GetHashCode() => members.GetHashCode();

    /// <summary>As it is written in a field.</summary>
    public override string ToString() => SfWriter.Write(this);
}
