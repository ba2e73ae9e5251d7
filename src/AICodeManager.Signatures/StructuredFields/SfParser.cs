using System.Diagnostics.CodeAnalysis;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>
/// Reads whole fields into objects, strictly by RFC 9651 section 4.2: an item, a list or a dictionary, from one line or from
/// several lines of the same field, which count as one with commas between them. It never throws for what was sent: a fault
/// says what is wrong and where. Its work is linear in the text, which <see cref="SfLimits"/> bounds.
/// </summary>
public static class SfParser
{
    private delegate T? Reading<T>(ref SfReader reader, SfLimits limits)
        where T : class;

    /// <summary>An item and its parameters.</summary>
    public static bool TryItem(string line, [NotNullWhen(true)] out SfItem? item, [NotNullWhen(false)] out string? fault) =>
        TryItem([line], SfLimits.Default, out item, out fault);

    /// <summary>An item and its parameters.</summary>
    public static bool TryItem(IEnumerable<string> lines, SfLimits limits, [NotNullWhen(true)] out SfItem? item, [NotNullWhen(false)] out string? fault) =>
        TryRead(lines, limits, Item, out item, out fault);

    /// <summary>A list; one without members if there is no line or an empty one.</summary>
    public static bool TryList(string line, [NotNullWhen(true)] out SfList? list, [NotNullWhen(false)] out string? fault) =>
        TryList([line], SfLimits.Default, out list, out fault);

    /// <summary>A list; one without members if there is no line or an empty one.</summary>
    public static bool TryList(IEnumerable<string> lines, SfLimits limits, [NotNullWhen(true)] out SfList? list, [NotNullWhen(false)] out string? fault) =>
        TryRead(lines, limits, List, out list, out fault);

    /// <summary>A dictionary; one without members if there is no line or an empty one.</summary>
    public static bool TryDictionary(string line, [NotNullWhen(true)] out SfDictionary? dictionary, [NotNullWhen(false)] out string? fault) =>
        TryDictionary([line], SfLimits.Default, out dictionary, out fault);

    /// <summary>A dictionary; one without members if there is no line or an empty one.</summary>
    public static bool TryDictionary(IEnumerable<string> lines, SfLimits limits, [NotNullWhen(true)] out SfDictionary? dictionary, [NotNullWhen(false)] out string? fault) =>
        TryRead(lines, limits, Dictionary, out dictionary, out fault);

    private static bool TryRead<T>(IEnumerable<string> lines, SfLimits limits, Reading<T> read, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out string? fault)
        where T : class
    {
        value = null;
        fault = null;
        if (!TryJoin(lines, limits.Characters, out var text))
        {
            fault = $"a field of more than {limits.Characters} characters is not read";
            return false;
        }

        var reader = new SfReader(text);
        reader.SkipSpaces();
        var made = read(ref reader, limits);
        reader.SkipSpaces();
        if (!reader.AtEnd)
            reader.Fail("something follows the end of the value");
        if (reader.Fault is not null)
        {
            fault = $"{reader.Fault} (at character {reader.Position + 1})";
            return false;
        }

        value = made!;
        return true;
    }

    private static bool TryJoin(IEnumerable<string> lines, int most, out string text)
    {
        text = "";
        var length = 0L;
        var taken = new List<string>();
        foreach (var line in lines)
        {
            length += line.Length + (taken.Count > 0 ? 2 : 0);
            if (length > most)
                return false;
            taken.Add(line);
        }

        text = taken.Count == 1 ? taken[0] : string.Join(", ", taken);
        return true;
    }

    private static SfItem? Item(ref SfReader reader, SfLimits limits)
    {
        if (!reader.TryBare(out var bare))
            return null;
        var value = SfBare.From(bare);
        return new SfItem(value, Parameters(ref reader, limits));
    }

    private static SfList? List(ref SfReader reader, SfLimits limits)
    {
        var members = new List<SfMember>();
        for (var more = !reader.AtEnd; more; more = reader.NextMember())
        {
            if (members.Count == limits.Members)
                reader.Fail($"more than {limits.Members} members are not read");
            if (Member(ref reader, limits) is not { } member)
                return null;
            members.Add(member);
        }

        return new SfList(members);
    }

    private static SfDictionary? Dictionary(ref SfReader reader, SfLimits limits)
    {
        var members = new SfMembers<SfMember>();
        var count = 0;
        for (var more = !reader.AtEnd; more; more = reader.NextMember())
        {
            if (count++ == limits.Members)
                reader.Fail($"more than {limits.Members} members are not read");
            if (!reader.TryKey(out var key))
                return null;
            // A key without a value is true, with or without parameters.
            var member = reader.TryTake('=')
                ? Member(ref reader, limits)
                : new SfItem(SfBare.OfBoolean(true), Parameters(ref reader, limits));
            if (member is null)
                return null;
            members.Put(key.ToString(), member);
        }

        return new SfDictionary(members);
    }

    private static SfMember? Member(ref SfReader reader, SfLimits limits) =>
        reader.TryTake('(') ? InnerList(ref reader, limits) : Item(ref reader, limits);

    private static SfInnerList? InnerList(ref SfReader reader, SfLimits limits)
    {
        var items = new List<SfItem>();
        while (reader.NextInner())
        {
            if (items.Count == limits.InnerItems)
                reader.Fail($"more than {limits.InnerItems} items of an inner list are not read");
            if (Item(ref reader, limits) is not { } item)
                return null;
            items.Add(item);
        }

        return new SfInnerList(items, Parameters(ref reader, limits));
    }

    private static SfParameters? Parameters(ref SfReader reader, SfLimits limits)
    {
        SfMembers<SfBare>? members = null;
        for (var count = 0; reader.NextParameter(out var key, out var value); count++)
        {
            if (count == limits.Parameters)
            {
                reader.Fail($"more than {limits.Parameters} parameters are not read");
                return null;
            }

            members ??= new SfMembers<SfBare>();
            members.Put(key.ToString(), SfBare.From(value));
        }

        return members is null ? null : new SfParameters(members);
    }
}
