namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>What all sections of one reading share: the environment, the secrets folder, and what was found.</summary>
/// <param name="fileName">The file as it was named; null without one.</param>
/// <param name="environment">Environment variables; an empty one counts as not set.</param>
/// <param name="baseFolder">Absolute folder that relative paths start from: the file's own, or the working folder.</param>
internal sealed class ReadContext(string? fileName, IReadOnlyDictionary<string, string> environment, string baseFolder)
{
    private readonly List<SectionReader> sections = [];

    public string FileName { get; } = fileName ?? "(no file)";

    public string BaseFolder { get; } = baseFolder;

    public FaultList Faults { get; } = new(fileName);

    public List<ConfigurationNotice> Notices { get; } = [];

    /// <summary>The folder with generated secrets; set as soon as the data folder is known.</summary>
    public SecretsFolder? Secrets { get; set; }

    /// <summary>Secrets that were given nowhere and stand in no file yet: name in the folder → key or variable.</summary>
    public Dictionary<string, string> MissingSecrets { get; } = [];

    /// <summary>Whether the file could not be read as YAML; keys that seem to be missing are then not reported.</summary>
    public bool FileIsBroken { get; set; }

    /// <summary>Paths of all keys and variables that the sections know.</summary>
    public HashSet<string> KnownNames { get; } = [];

    public string? Variable(string name) =>
        environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public void Opened(SectionReader section) => sections.Add(section);

    /// <summary>Reports every key that no section asked for. Call once, after everything was read.</summary>
    public void ReportUnknownKeys()
    {
        foreach (var section in sections)
            section.ReportUnknownKeys();
    }

    public void Note(NoticeKind kind, string key, string text) =>
        Notices.Add(new ConfigurationNotice(kind, key, text));
}
