using System.Text.RegularExpressions;

namespace AICodeManager.Tests.Docs;

/// <summary>The checked-out repository: the guides, and the words that the code uses.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string Guide(string name) => File.ReadAllText(Path.Combine(Root, "docs", name));

    /// <summary>The absolute path of a file or folder of the repository.</summary>
    public static string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>Every C# file below a folder of the server.</summary>
    public static IReadOnlyList<string> Sources(string folder = "") =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, "src/AICodeManager.Server", folder), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)];

    /// <summary>Every Markdown file of the guides.</summary>
    public static IEnumerable<string> Guides() => Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories);

    /// <summary>What the pattern's first group finds in any of the texts, each once.</summary>
    public static SortedSet<string> Words(IEnumerable<string> texts, string pattern) =>
        [.. texts.SelectMany(text => Regex.Matches(text, pattern)).Select(match => match.Groups[1].Value)];

    /// <summary>What stands in code marks in the first column of a guide's tables, below a heading or in the whole guide.</summary>
    public static SortedSet<string> FirstColumn(string guide, string? heading = null)
    {
        var text = Guide(guide);
        if (heading is not null)
        {
            text = text[text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal)..];
            text = text.IndexOf("\n## ", 4, StringComparison.Ordinal) is > 0 and var end ? text[..end] : text;
        }

        return Words(Words([text], @"(?m)^\|([^|]*`[^|]*)\|"), "`([^`]+)`");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AICodeManager.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests run outside the repository.");
    }
}
