namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>
/// Reads one section: each call names a key, its default, what it accepts and its environment variable, so that a
/// section's file is the list of its keys. Faults are collected, never thrown; a faulty value reads as the default.
/// </summary>
internal sealed partial class SectionReader
{
    private readonly ReadContext context;
    private readonly ConfigMap? node;
    private readonly string path;
    private readonly HashSet<string> known;
    private readonly bool inForce;

    private SectionReader(ReadContext context, ConfigMap? node, string path, HashSet<string> known, bool inForce)
    {
        (this.context, this.node, this.path, this.known) = (context, node, path, known);
        this.inForce = inForce;
    }

    /// <summary>The outermost section; without a file, an empty one.</summary>
    public static SectionReader Root(ReadContext context, ConfigMap? root) => Open(context, root, "", inForce: true);

    /// <summary>Folder that relative paths of the file start from.</summary>
    public string BaseFolder => context.BaseFolder;

    /// <summary>Faults found so far, in all sections.</summary>
    public int FaultCount => context.Faults.Count;

    /// <summary>Whether an environment variable is set and not empty.</summary>
    public bool IsSet(string variable) => context.Variable(variable) is not null;

    /// <summary>
    /// The same section, its keys marked: whoever sets one is told at start that this version does not enforce it.
    /// Delete the mark in the section's file when the key takes effect.
    /// </summary>
    public SectionReader NotYetInForce() => new(context, node, path, known, inForce: false);

    /// <summary>The same section, its keys marked as enforced.</summary>
    public SectionReader InForce() => new(context, node, path, known, inForce: true);

    /// <summary>A section within this one; empty where the file does not have it. It inherits the mark.</summary>
    public SectionReader Section(string key)
    {
        var value = Take(key)?.Value;
        if (value is not (null or ConfigMap or RefusedNode or ConfigScalar { Empty: true }))
            context.Faults.InFile(value.Line, PathOf(key), "is not a section", "keys below it, indented");
        return Open(context, value as ConfigMap, PathOf(key), inForce);
    }

    /// <summary>A value with a default, both in the file's own notation.</summary>
    public T Value<T>(string key, string fallback, Form<T> form, string? variable = null) =>
        Read(Find(key, variable, unsetIsAbsent: false), key, form, form.Read(fallback).Value);

    /// <summary>A value that may be absent: then the type's default, null for a nullable one.</summary>
    /// <param name="unsetIsAbsent">Whether a <c>${NAME}</c> whose variable is not set counts as absent instead of as a fault.</param>
    public T Optional<T>(string key, Form<T> form, string? variable = null, bool unsetIsAbsent = false) =>
        Read(Find(key, variable, unsetIsAbsent), key, form, default!);

    /// <summary>A value that must be given.</summary>
    public T Required<T>(string key, Form<T> form)
    {
        if (Take(key) is null)
            Fault(key, "is missing", form.Accepted);
        return Read(Find(key, null, unsetIsAbsent: false), key, form, default!);
    }

    /// <summary>A value that only the environment gives.</summary>
    public T Variable<T>(string variable, string fallback, Form<T> form) =>
        Read(Find(null, variable, unsetIsAbsent: false), null, form, form.Read(fallback).Value);

    /// <summary>A value that only the environment gives and that may be absent.</summary>
    public T OptionalVariable<T>(string variable, Form<T> form) =>
        Read(Find(null, variable, unsetIsAbsent: false), null, form, default!);

    /// <summary>A secret that is generated into the data folder where it is given nowhere.</summary>
    /// <param name="key">Key in this section; null where only the environment gives it.</param>
    /// <param name="variable">Its environment variable.</param>
    /// <param name="fileName">Its name in the folder of secrets.</param>
    public Secret GeneratedSecret(string? key, string variable, string fileName)
    {
        if (Find(key, variable, unsetIsAbsent: false) is { } found)
            return Read(found, key, Forms.Secrets.Key, SecretsFolder.NewSecret());
        try
        {
            if (context.Secrets?.Find(fileName) is { } kept)
                return kept;
            context.MissingSecrets.TryAdd(fileName, key is null ? variable : PathOf(key));
        }
        catch (SecretsFolderException wrong)
        {
            context.Faults.InVariable(variable, key is null ? null : PathOf(key), wrong.Message, null);
        }
        return SecretsFolder.NewSecret();
    }

    /// <summary>Reports what is wrong between several keys, at the place where this one was given.</summary>
    public void Fault(string key, string problem, string? accepted, string? variable = null)
    {
        var entry = node?.Find(key);
        if (variable is not null && context.Variable(variable) is not null)
            context.Faults.InVariable(variable, PathOf(key), problem, accepted);
        else if (!context.FileIsBroken)
            context.Faults.InFile(entry?.Line ?? node?.Line, PathOf(key), problem, accepted);
    }

    /// <summary>Reports what is wrong with a variable that has no key.</summary>
    public void VariableFault(string variable, string problem, string? accepted) =>
        context.Faults.InVariable(variable, null, problem, accepted);

    /// <summary>Tells the operator of a valid setting that weakens protection.</summary>
    public void Warn(string key, string text) => context.Note(NoticeKind.Warning, PathOf(key), text);

    /// <summary>Tells the operator of one value of a key that is otherwise in force.</summary>
    public void ReportNotYetInForce(string key, string text) => context.Note(NoticeKind.NotYetInForce, PathOf(key), text);

    /// <summary>Leaves the section's keys unjudged, where a fault already hides which ones are right.</summary>
    public void AcceptAllKeys() => known.UnionWith(node?.Entries.Select(entry => entry.Name) ?? []);

    public void ReportUnknownKeys()
    {
        if (node is null)
            return;
        foreach (var entry in node.Entries.Where(entry => !known.Contains(entry.Name)))
        {
            var nearest = NearestName.Of(entry.Name, known);
            context.Faults.InFile(entry.Line, PathOf(Printable.Of(entry.Name)),
                nearest is null ? "is not a known key" : $"is not a known key; did you mean '{nearest}'?",
                known.Count == 0 ? null : string.Join(", ", known));
        }
    }

    private static SectionReader Open(ReadContext context, ConfigMap? node, string path, bool inForce)
    {
        var section = new SectionReader(context, node, path, [], inForce);
        context.Opened(section);
        return section;
    }

    private string PathOf(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private ConfigEntry? Take(string key)
    {
        known.Add(key);
        context.KnownNames.Add(PathOf(key));
        return node?.Find(key);
    }
}
