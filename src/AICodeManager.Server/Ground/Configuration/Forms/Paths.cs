using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Forms;

/// <summary>Files of this machine. Relative paths start from the folder of the configuration file.</summary>
internal static class Paths
{
    /// <summary>A path, made absolute; the file need not exist.</summary>
    public static Form<string?> Any(string baseFolder) => new("a path", text =>
        text.Length is 0 or > 4000 ? Outcome.Wrong<string?>("is empty or too long") : Outcome.Of<string?>(Path.GetFullPath(text, baseFolder)));

    /// <summary>A file that exists, made absolute.</summary>
    public static Form<string?> Existing(string baseFolder) => new("the path of a file that exists and that this user may read", text =>
        Any(baseFolder).Read(text) is { Value: { } path } && File.Exists(path) ? Outcome.Of<string?>(path) : Outcome.Wrong<string?>("does not exist"));
}
