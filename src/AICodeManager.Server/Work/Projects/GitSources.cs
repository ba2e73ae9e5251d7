using System.Net;
using System.Text.RegularExpressions;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Which Git sources the administrator allows: address prefixes, and folders of this host with bare repositories.</summary>
public sealed partial class GitSources(Settings settings)
{
    /// <summary>What is accepted, for refusals. It names no entry: folders of the host are nobody's business.</summary>
    public const string Accepted =
        "must be an address the administrator allows: https:// (or http:// where allowed as such) without user, query and fragment, "
        + "or the absolute path of a bare repository beneath an allowed folder";

    public const string AcceptedBranch = "must be a branch name of at most 200 characters as git check-ref-format accepts it";

    /// <summary>The source to clone; null when nothing allows it.</summary>
    public ProjectSource? Judge(string url, string? branch)
    {
        if (url.Length > 2000)
            return null;
        return url.StartsWith('/') ? Local(url, branch) : Remote(url, branch);
    }

    /// <summary>git-check-ref-format(1), and nothing that could be taken for an option.</summary>
    public static bool IsBranch(string branch) =>
        branch.Length <= 200 && BranchName().IsMatch(branch) && !BranchForbidden().IsMatch(branch);

    private LocalGitSource? Local(string path, string? branch)
    {
        if (Parse(path) is not { } wanted)
            return null;
        foreach (var entry in settings.Projects.GitSources)
        {
            if (entry.Folder is { } folder && entry.Allows(path)
                && BeneathPath.Parse(path[(folder.Length + 1)..]) is { IsRoot: false } below
                && IsBareRepository(folder, below))
            {
                return new LocalGitSource(wanted, branch);
            }
        }

        return null;
    }

    private static string? Parse(string path) =>
        BeneathPath.Parse(path[1..]) is { IsRoot: false } && !path.Any(char.IsControl) ? path : null;

    // Opened without links on the way: a link beneath an allowed folder must not lead out of it.
    private static bool IsBareRepository(string folder, BeneathPath below)
    {
        try
        {
            using var root = BeneathFolder.Open(folder);
            return root.List(below, 1000) is { } listed
                && listed.Entries.Any(e => e is { Name: "HEAD", Facts.Kind: FileKind.File })
                && listed.Entries.Any(e => e is { Name: "objects", Facts.Kind: FileKind.Folder })
                && listed.Entries.Any(e => e is { Name: "refs", Facts.Kind: FileKind.Folder });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private RemoteGitSource? Remote(string url, string? branch)
    {
        if (Address(url) is not { } wanted)
            return null;
        foreach (var entry in settings.Projects.GitSources)
        {
            if (entry.Url is { } allowed && entry.Allows(url))
                return new RemoteGitSource(wanted, IPAddress.TryParse(allowed.IdnHost, out _), branch);
        }

        return null;
    }

    // The text is judged before Uri may tidy it: no user, query, fragment, escapes, empty or dot segments.
    private static Uri? Address(string url) =>
        PlainAddress().IsMatch(url) && !DotSegment().IsMatch(url) && Uri.TryCreate(url, UriKind.Absolute, out var address)
            ? address
            : null;

    [GeneratedRegex(@"\Ahttps?://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._~+=,-]+)*/?\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainAddress();

    [GeneratedRegex(@"/\.{1,2}(/|\z)")]
    private static partial Regex DotSegment();

    [GeneratedRegex(@"\A[^\x00-\x20\x7f~^:?*\[\\-][^\x00-\x20\x7f~^:?*\[\\]*\z")]
    private static partial Regex BranchName();

    [GeneratedRegex(@"\A[/.]|\.\.|@\{|//|/\.|[/.]\z|\.lock(/|\z)|\A@\z")]
    private static partial Regex BranchForbidden();
}
