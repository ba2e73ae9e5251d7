namespace AICodeManager.Server.Work.Projects;

/// <summary>The environment of every Git command of this room: where the folders are, and nothing that runs by itself.</summary>
internal static class GitEnvironment
{
    // Given by environment these win over any file, so that not even a doctored repository could bring them back.
    private static readonly (string Key, string Value)[] Configuration =
    [
        ("core.hooksPath", "/dev/null"),
        ("core.fsmonitor", "false"),
        ("core.untrackedCache", "false"),
        ("core.attributesFile", "/dev/null"),
        ("core.excludesFile", "/dev/null"),
        ("submodule.recurse", "false"),
        ("fetch.recurseSubmodules", "false"),
        // A folder with a repository of its own is looked at from outside only: its configuration could run programs.
        ("diff.ignoreSubmodules", "dirty"),
        ("gc.auto", "0"),
        ("maintenance.auto", "false"),
        ("advice.addEmbeddedRepo", "false"),
        ("credential.helper", ""),
        ("http.followRedirects", "false"),
        ("safe.directory", "*"),
    ];

    private static readonly Dictionary<string, string> Common = new(Variables());

    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> more) =>
        more.Count == 0 ? Common : new Dictionary<string, string>([.. Common, .. more]);

    private static IEnumerable<KeyValuePair<string, string>> Variables()
    {
        yield return new("PATH", "/usr/local/bin:/usr/bin:/bin");
        yield return new("HOME", "/home/agent");
        yield return new("LC_ALL", "C.UTF-8");
        yield return new("GIT_DIR", WorkingCopies.GitPath);
        yield return new("GIT_WORK_TREE", WorkingCopies.WorkPath);
        yield return new("GIT_TERMINAL_PROMPT", "0");
        yield return new("GIT_ASKPASS", "/bin/false");
        yield return new("GIT_LITERAL_PATHSPECS", "1");
        yield return new("GIT_OPTIONAL_LOCKS", "0");
        yield return new("GIT_ATTR_NOSYSTEM", "1");
        yield return new("GIT_CONFIG_COUNT", Configuration.Length.ToString());
        for (var i = 0; i < Configuration.Length; i++)
        {
            yield return new($"GIT_CONFIG_KEY_{i}", Configuration[i].Key);
            yield return new($"GIT_CONFIG_VALUE_{i}", Configuration[i].Value);
        }
    }
}
