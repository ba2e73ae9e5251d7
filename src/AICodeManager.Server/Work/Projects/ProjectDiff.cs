using System.Text;

namespace AICodeManager.Server.Work.Projects;

/// <summary>The changes of a working copy.</summary>
/// <param name="Base">The commit they are compared with.</param>
/// <param name="Files">One entry a file, at most as many as 4 MiB of summary hold.</param>
/// <param name="Patch">Unified diff as Git writes it; content of binary files is not in it.</param>
/// <param name="Truncated">Files or patch were too large; the patch then ends with a whole line.</param>
/// <param name="Warnings">What was left out (unreadable files, nested repositories), in Git's words.</param>
public sealed record ProjectDiff(
    string Base, IReadOnlyList<ChangedFile> Files, ReadOnlyMemory<byte> Patch, bool Truncated, IReadOnlyList<string> Warnings)
{
    internal static ProjectDiff Read(ToolRun run, long patchLimit, int summaryLimit)
    {
        ReadOnlyMemory<byte> output = run.Output;
        var head = Line(ref output);
        var length = int.Parse(Line(ref output));
        if (length > output.Length)
            throw new ProjectToolException(ProjectToolException.Failed, "Git ended in the middle of its summary.");
        var (files, whole) = Summary(Encoding.UTF8.GetString(output.Span[..length]), length == summaryLimit);
        var patch = output[length..];
        var cut = patch.Length > patchLimit;
        if (cut)
        {
            patch = patch[..(int)patchLimit];
            patch = patch[..(patch.Span.LastIndexOf((byte)'\n') + 1)];
        }

        return new ProjectDiff(head, files, patch, cut || !whole, run.Errors);
    }

    private static string Line(ref ReadOnlyMemory<byte> text)
    {
        var end = text.Span.IndexOf((byte)'\n');
        if (end < 0)
            throw new ProjectToolException(ProjectToolException.Failed, "Git ended before it told what the changes are compared with.");
        var line = Encoding.ASCII.GetString(text.Span[..end]);
        text = text[(end + 1)..];
        return line;
    }

    // diff --raw -z gives ":modes ids status" and a path a file, then --numstat "added TAB deleted TAB path".
    private static (IReadOnlyList<ChangedFile> Files, bool Whole) Summary(string text, bool cut)
    {
        var fields = text.Split('\0');
        List<(string Path, char Status)> raw = [];
        var at = 0;
        for (; at + 1 < fields.Length && fields[at].StartsWith(':'); at += 2)
            raw.Add((fields[at + 1], fields[at][^1]));

        Dictionary<string, (string Added, string Deleted)> counts = [];
        for (; at + 1 < fields.Length; at++)
        {
            if (fields[at].Split('\t', 3) is [var added, var deleted, var path])
                counts[path] = (added, deleted);
        }

        return ([.. raw.Where(f => counts.ContainsKey(f.Path)).Select(f => Changed(f, counts[f.Path]))], !cut);
    }

    private static ChangedFile Changed((string Path, char Status) file, (string Added, string Deleted) count) =>
        count.Added == "-"
            ? new ChangedFile(file.Path, Word(file.Status), 0, 0, Binary: true)
            : new ChangedFile(file.Path, Word(file.Status), long.Parse(count.Added), long.Parse(count.Deleted), Binary: false);

    private static string Word(char status) => status switch
    {
        'A' => "added",
        'D' => "deleted",
        'T' => "type_changed",
        _ => "modified",
    };
}

/// <summary>One file of a diff.</summary>
/// <param name="Status"><c>added</c>, <c>modified</c>, <c>deleted</c> or <c>type_changed</c>.</param>
/// <param name="Additions">Lines; 0 for binary files.</param>
public sealed record ChangedFile(string Path, string Status, long Additions, long Deletions, bool Binary);
