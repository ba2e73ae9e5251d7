using System.Diagnostics.CodeAnalysis;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>
/// Named values in their order: what a dictionary and the parameters of an item have in common. A key that comes again replaces
/// the value and keeps the first one's place (RFC 9651 sections 4.2.2 and 4.2.3.2).
/// </summary>
internal sealed class SfMembers<T> : IEquatable<SfMembers<T>>
    where T : notnull
{
    private readonly OrderedDictionary<string, T> members = new(StringComparer.Ordinal);

    public int Count => members.Count;

    public bool HadDuplicates { get; private set; }

    public static SfMembers<T> Of(IEnumerable<KeyValuePair<string, T>> pairs)
    {
        var made = new SfMembers<T>();
        foreach (var (key, value) in pairs)
        {
            if (!SfChars.IsKey(key))
                throw new ArgumentException("A key is a small letter or an asterisk, then small letters, digits and _ - . * only.", nameof(pairs));
            if (!made.members.TryAdd(key, value))
                throw new ArgumentException($"The key {key} occurs twice.", nameof(pairs));
        }

        return made;
    }

    public void Put(string key, T value)
    {
        if (members.TryAdd(key, value))
            return;
        members[key] = value;
        HadDuplicates = true;
    }

    public bool TryGet(string key, [MaybeNullWhen(false)] out T value) => members.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => members.GetEnumerator();

    public bool Equals(SfMembers<T>? other) => other is not null && members.SequenceEqual(other.members);

    public override bool Equals(object? obj) => Equals(obj as SfMembers<T>);

    public override int GetHashCode() => Count;
}
