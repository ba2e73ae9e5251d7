namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>Lists and maps.</summary>
internal sealed partial class SectionReader
{
    /// <summary>Entries of the longest list or map.</summary>
    public const int MaxEntries = 1000;

    /// <summary>A list of single values. In the environment it is separated by commas.</summary>
    public IReadOnlyList<T> List<T>(string key, IEnumerable<string> fallback, Form<T> form, string? variable = null)
    {
        var entry = Take(key);
        if (variable is not null)
            context.KnownNames.Add(variable);
        if (variable is not null && context.Variable(variable) is { } given)
        {
            NoteSetting(PathOf(key), $"set by {variable}");
            if (entry is not null)
                NoteOverride(PathOf(key), variable, entry.Line);
            var parts = given.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            return ReadAll(parts.Select(part => (key, (Found?)new Found(part, part, null, variable))), form);
        }
        if (entry is null)
            return [.. fallback.Select(text => form.Read(text).Value)];
        NoteSetting(PathOf(key), "set");
        return ReadAll(Elements(key, entry).Select(element => (element.Key, Single(element.Key, element.Node))), form);
    }

    /// <summary>A list of single values that must have at least one.</summary>
    public IReadOnlyList<T> RequiredList<T>(string key, Form<T> form)
    {
        var faultsBefore = context.Faults.Count;
        var values = List(key, [], form);
        if (values.Count == 0 && context.Faults.Count == faultsBefore)
            Fault(key, "is missing or empty", $"a list; each entry {form.Accepted}");
        return values;
    }

    /// <summary>A list of sections, each read by <paramref name="read"/>; empty where the file does not have it.</summary>
    public IReadOnlyList<T> Items<T>(string key, Func<SectionReader, T?> read) where T : class
    {
        var items = new List<T>();
        if (Take(key) is not { } entry)
            return items;
        NoteSetting(PathOf(key), "set");
        foreach (var (name, element) in Elements(key, entry))
        {
            if (element is not (ConfigMap or RefusedNode))
                context.Faults.InFile(element.Line, PathOf(name), "is a single value or a list", "keys with values");
            if (element is ConfigMap map && read(Open(context, map, PathOf(name), inForce: true)) is { } item)
                items.Add(item);
        }
        return items;
    }

    /// <summary>A section whose keys the operator chooses, each a section read by <paramref name="read"/>.</summary>
    public IReadOnlyList<KeyValuePair<string, T>> Map<T>(string key, Form<string> names, Func<string, SectionReader, T> read)
    {
        var entries = new List<KeyValuePair<string, T>>();
        var node = Take(key)?.Value;
        if (node is null or RefusedNode or ConfigScalar { Empty: true })
            return entries;
        NoteSetting(PathOf(key), "set");
        if (node is not ConfigMap { Entries.Count: <= MaxEntries } map)
        {
            context.Faults.InFile(node.Line, PathOf(key), "is not a section", $"at most {MaxEntries} names with keys below them");
            return entries;
        }
        foreach (var entry in map.Entries)
        {
            var name = Printable.Of(entry.Name);
            if (names.Read(entry.Name).Problem is { } problem)
                context.Faults.InFile(entry.Line, PathOf(key), $"the name '{name}' {problem}", names.Accepted);
            else if (entry.Value is ConfigMap value)
                entries.Add(new(entry.Name, read(entry.Name, Open(context, value, $"{PathOf(key)}.{name}", inForce: true))));
            else if (entry.Value is not RefusedNode)
                context.Faults.InFile(entry.Line, $"{PathOf(key)}.{name}", "is not a section", "keys below it, indented");
        }
        return entries;
    }

    private IEnumerable<(string Key, ConfigNode Node)> Elements(string key, ConfigEntry entry)
    {
        if (entry.Value is ConfigList { Items.Count: <= MaxEntries } list)
            return list.Items.Select((item, index) => ($"{key}[{index}]", item));
        if (entry.Value is not RefusedNode)
            context.Faults.InFile(entry.Line, PathOf(key), "is not a list", $"a list of at most {MaxEntries} entries, or [] for none");
        return [];
    }

    private Found? Single(string key, ConfigNode node)
    {
        if (node is ConfigScalar scalar)
            return FromListItem(PathOf(key), scalar);
        if (node is not RefusedNode)
            context.Faults.InFile(node.Line, PathOf(key), "is a section or a list", "a single value");
        return Found.Refused;
    }

    private Found? FromListItem(string keyPath, ConfigScalar scalar) =>
        InForce().FromFile(keyPath, scalar, unsetIsAbsent: false);

    private List<T> ReadAll<T>(IEnumerable<(string Key, Found? Found)> elements, Form<T> form)
    {
        var values = new List<T>();
        foreach (var (key, found) in elements)
        {
            var before = context.Faults.Count;
            var value = Read(found, key, form, default!);
            if (context.Faults.Count == before && !ReferenceEquals(found, Found.Refused))
                values.Add(value);
        }
        return values;
    }
}
