namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>Which of environment, file and default gives a value: the environment wins over the file.</summary>
internal sealed partial class SectionReader
{
    /// <summary>What was given; null where nothing was.</summary>
    private Found? Find(string? key, string? variable, bool unsetIsAbsent)
    {
        var entry = key is null ? null : Take(key);
        if (variable is not null)
            context.KnownNames.Add(variable);
        var scalar = entry?.Value as ConfigScalar;
        if (entry is not null && scalar is null)
        {
            if (entry.Value is not RefusedNode)
                context.Faults.InFile(entry.Line, PathOf(key!), "is a section or a list", "a single value");
            return Found.Refused;
        }
        if (variable is not null && context.Variable(variable) is { } given)
        {
            NoteSetting(key is null ? variable : PathOf(key), $"set by {variable}");
            if (scalar is not null && Expand(scalar) is { Unset: null } inFile && inFile.Text != given)
                NoteOverride(PathOf(key!), variable, scalar.Line);
            return new Found(given, given, null, variable);
        }
        return scalar is null ? null : FromFile(PathOf(key!), scalar, unsetIsAbsent);
    }

    private Found? FromFile(string keyPath, ConfigScalar scalar, bool unsetIsAbsent)
    {
        var expansion = Expand(scalar);
        if (expansion.Unset is not null && unsetIsAbsent)
            return null;
        NoteSetting(keyPath, "set");
        if (scalar.Empty)
            return Refuse(scalar, keyPath, "has no value", "a value, or the key left out");
        if (expansion.Malformed)
            return Refuse(scalar, keyPath, "has a '${' without a name and '}'", "${NAME}, or $${ for these two characters");
        if (expansion.Unset is { } name)
            return Refuse(scalar, keyPath, $"names the environment variable {name}, which is not set", $"a set {name}, or the key left out");
        return new Found(expansion.Text, expansion.Expanded ? scalar.Text : expansion.Text, scalar.Line, null);
    }

    private T Read<T>(Found? found, string? key, Form<T> form, T fallback)
    {
        if (found is null || ReferenceEquals(found, Found.Refused))
            return fallback;
        var reading = found.Text.Any(char.IsControl)
            ? Outcome.Wrong<T>("contains control characters")
            : form.Read(found.Text);
        if (reading.Problem is null)
            return reading.Value;
        var problem = form.Hidden ? $"the value {reading.Problem}" : $"'{Printable.Of(found.Shown)}' {reading.Problem}";
        if (found.Variable is { } variable)
            context.Faults.InVariable(variable, key is null ? null : PathOf(key), problem, form.Accepted);
        else
            context.Faults.InFile(found.Line, PathOf(key!), problem, form.Accepted);
        return fallback;
    }

    private Expansion Expand(ConfigScalar scalar) => Expansion.Of(scalar.Text, context.Variable);

    private Found Refuse(ConfigScalar scalar, string keyPath, string problem, string accepted)
    {
        context.Faults.InFile(scalar.Line, keyPath, problem, accepted);
        return Found.Refused;
    }

    private void NoteSetting(string name, string how)
    {
        if (!inForce)
            context.Note(NoticeKind.NotYetInForce, name, $"{how}, but not yet in force in this version");
    }

    private void NoteOverride(string name, string variable, long line) =>
        context.Note(NoticeKind.Overridden, name, $"{variable} wins over line {line} of {context.FileName}");
}
