using System.Collections;
using AICodeManager.Server.Ground.Configuration.Reading;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.Ground.Configuration;

/// <summary>Reads the configuration: the environment wins over the file, the file over the defaults.</summary>
public static class ConfigurationLoader
{
    /// <summary>The file that is read from the working folder where <c>AICLI_CONFIG</c> names none and it exists.</summary>
    public const string DefaultFile = "config.yml";

    /// <summary>Loads for this process: its own environment and working folder.</summary>
    /// <exception cref="ConfigurationException">Something is wrong; everything that is stands in it.</exception>
    public static LoadedConfiguration LoadForThisProcess() => Load(OwnEnvironment(), Environment.CurrentDirectory);

    /// <summary>The environment of this process.</summary>
    public static IReadOnlyDictionary<string, string> OwnEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");

    /// <summary>
    /// Loads from the given environment. With an empty one and a folder without <c>config.yml</c> this gives the
    /// embedded defaults. Secrets that are given nowhere are generated below the data folder.
    /// </summary>
    /// <param name="environment">Environment variables; empty ones count as not set.</param>
    /// <param name="workingFolder">What relative paths of the environment start from, and where <c>config.yml</c> is looked for.</param>
    /// <exception cref="ConfigurationException">Something is wrong; everything that is stands in it.</exception>
    public static LoadedConfiguration Load(IReadOnlyDictionary<string, string> environment, string workingFolder)
    {
        var (settings, context, path) = LoadPart(
            environment, workingFolder, (root, dataFolder) => Settings.Read(root, dataFolder, Path.GetFullPath(workingFolder)), whole: true);
        settings = settings with { Host = settings.Host with { ConfigFile = path } };
        return new LoadedConfiguration(settings, context.Notices, path) { KnownNames = context.KnownNames };
    }

    /// <summary>Loads what one process needs of the configuration: no other secret is asked for or made.</summary>
    /// <param name="whole">Whether a key that nobody asks for is a fault.</param>
    internal static (T Part, ReadContext Context, string? File) LoadPart<T>(
        IReadOnlyDictionary<string, string> environment, string workingFolder, Func<SectionReader, string, T> read, bool whole = false)
    {
        var first = Read(environment, workingFolder, new Dictionary<string, string>(), read, whole);
        if (first.Context.MissingSecrets.Count == 0)
            return first;
        // Only a configuration without faults leaves anything on disk. The second reading finds the files, whichever
        // process made them.
        foreach (var (fileName, name) in first.Context.MissingSecrets)
            Create(first.Context.Secrets!, fileName, name);
        return Read(environment, workingFolder, first.Context.MissingSecrets, read, whole);
    }

    private static void Create(SecretsFolder secrets, string fileName, string name)
    {
        try
        {
            secrets.Create(fileName);
        }
        catch (SecretsFolderException wrong)
        {
            throw new ConfigurationException([new(null, null, "AICLI_DATA", name, wrong.Message, "a data folder that this user may write")]);
        }
    }

    private static (T Part, ReadContext Context, string? File) Read<T>(
        IReadOnlyDictionary<string, string> environment, string workingFolder, IReadOnlyDictionary<string, string> generated,
        Func<SectionReader, string, T> read, bool whole)
    {
        var (file, path) = FindFile(environment, workingFolder);
        var context = new ReadContext(file, environment, Path.GetDirectoryName(path) ?? Path.GetFullPath(workingFolder));
        var tree = path is null ? null : ReadTree(path, context);
        var root = SectionReader.Root(context, tree);

        var dataFolder = HostSettings.ReadDataFolder(root, workingFolder);
        var secrets = new SecretsFolder(Path.Combine(dataFolder, "secrets"));
        context.Secrets = secrets;
        foreach (var (fileName, name) in generated)
            context.Note(NoticeKind.Generated, name, $"given nowhere; generated into {secrets.PathOf(fileName)}");

        var part = read(root, dataFolder);
        if (whole)
            context.ReportUnknownKeys();
        return context.Faults.Count > 0 ? throw new ConfigurationException(context.Faults.InOrder()) : (part, context, path);
    }

    private static ConfigMap? ReadTree(string path, ReadContext context)
    {
        var text = ConfigFile.Read(path, context.Faults);
        var tree = text is null ? null : new ConfigTree(context.Faults).Build(text);
        context.FileIsBroken = tree is null;
        return tree;
    }

    /// <summary>The file as people named it, and its absolute path; nulls where there is none.</summary>
    private static (string? Name, string? Path) FindFile(IReadOnlyDictionary<string, string> environment, string workingFolder)
    {
        if (environment.TryGetValue("AICLI_CONFIG", out var named) && named.Length > 0)
            return (named, Path.GetFullPath(named, Path.GetFullPath(workingFolder)));
        var found = Path.GetFullPath(DefaultFile, Path.GetFullPath(workingFolder));
        return File.Exists(found) ? (DefaultFile, found) : (null, null);
    }
}
