namespace AICodeManager.Signatures.Messages;

/// <summary>One covered component (RFC 9421 section 2): a derived one such as <c>@method</c>, or a field.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Key">The member of a dictionary field, of the parameter <c>key</c> (section 2.1.2).</param>
/// <param name="Bytes">Whether the field's lines are covered as byte sequences, parameter <c>bs</c> (section 2.1.3).</param>
/// <param name="QueryName">The query parameter that <c>@query-param</c> names (section 2.2.8), encoded.</param>
public readonly record struct Component(string Name, string? Key = null, bool Bytes = false, string? QueryName = null)
{
    public static implicit operator Component(string name) => new(name);

    public static Component FromString(string name) => new(name);

    /// <summary>Whether it is derived from the request rather than one of its fields.</summary>
    public bool IsDerived => Name[0] == '@';

    /// <summary>Whether it covers the whole of what its name says.</summary>
    internal bool IsPlain => Key is null && !Bytes && QueryName is null;
}
