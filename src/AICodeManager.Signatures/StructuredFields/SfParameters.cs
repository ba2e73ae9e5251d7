using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>The parameters of an item or inner list, in their order (RFC 9651 section 3.1.2). Two are equal if they are written alike.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "RFC 9651 names it so.")]
public sealed class SfParameters : IReadOnlyCollection<KeyValuePair<string, SfBare>>, IEquatable<SfParameters>
{
    private readonly SfMembers<SfBare> members;

    internal SfParameters(SfMembers<SfBare> members) => this.members = members;

    /// <exception cref="ArgumentException">A key that is none, or one that occurs twice.</exception>
    public SfParameters(IEnumerable<KeyValuePair<string, SfBare>> pairs)
        : this(SfMembers<SfBare>.Of(pairs))
    {
    }

    public static SfParameters Empty { get; } = new([]);

    public int Count => members.Count;

    /// <summary>Whether a key occurred more than once in the text; the last value is the one kept.</summary>
    public bool HadDuplicates => members.HadDuplicates;

    public bool TryGet(string key, out SfBare value) => members.TryGet(key, out value);

    public IEnumerator<KeyValuePair<string, SfBare>> GetEnumerator() => members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public bool Equals(SfParameters? other) => other is not null && members.Equals(other.members);

    public override bool Equals(object? obj) => Equals(obj as SfParameters);

    public override int GetHashCode() => members.GetHashCode();
}
