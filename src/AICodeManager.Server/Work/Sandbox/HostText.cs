using System.Text.RegularExpressions;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>Makes an engine's own words fit to be shown: one line, bounded, without paths of the host.</summary>
internal static partial class HostText
{
    private const int MaxLength = 300;

    public static string Clean(string text)
    {
        var line = Spaces().Replace(Paths().Replace(text, "…"), " ").Trim();
        return line.Length <= MaxLength ? line : line[..MaxLength] + "…";
    }

    // A name such as aicli/workspace:1 is no host path: only a slash that begins a word counts.
    [GeneratedRegex(@"(?<![\w.:-])/[^\s""',;:)]+")]
    private static partial Regex Paths();

    [GeneratedRegex(@"[\s\p{C}]+")]
    private static partial Regex Spaces();
}
