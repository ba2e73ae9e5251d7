using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;

/// <summary>
/// Path traversal and reading of foreign files. A path that climbs above where it starts counts, in every spelling of dot
/// and slash; one step up in a sentence (<c>import from '../utils'</c>) does not. A famous file counts where the value is
/// nothing but its path: prose may name <c>/etc/passwd</c>.
/// </summary>
internal static class PathDetector
{
    /// <summary>Every path of interest has a separator, plain or encoded.</summary>
    private static readonly SearchValues<char> Separators = SearchValues.Create("/\\%");

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        var separator = folded.IndexOfAny(Separators);
        if (separator < 0 && !folded.StartsWith("0x") && !folded.StartsAt(0, "..2f") && !folded.StartsAt(0, "..5c"))
            return default;

        var encoded = folded.Contains('%') || folded.Contains("0x", StringComparison.Ordinal);
        var steps = encoded || folded.Contains("..", StringComparison.Ordinal);
        // A link to a page about a file is a link.
        var link = folded[0] is 'h' or 'H' && folded.StartsAt(0, "http");
        if (link && !steps)
            return default;
        var onlyPath = IsOnlyPath(folded);
        if (steps)
        {
            var climb = Climb.Measure(folded);
            if (climb.Steps > 0 && Judge(climb, folded, onlyPath, encoded) is { Any: true } finding)
                return finding;
        }

        if (!onlyPath || link)
            return default;
        if (HasScheme(folded, separator))
            return Strong("path.scheme");
        return FamousFiles.IsIn(folded, encoded) ? Strong("path.famous") : default;
    }

    private static Finding Judge(in Climb climb, ReadOnlySpan<char> text, bool onlyPath, bool encoded)
    {
        // A sentence or a listing may hold one or two steps up; three in a row, or one encoded, is no sentence.
        if (climb.InARow >= 3 || climb.Encoded)
            return Strong("path.traversal");
        if (onlyPath)
            return climb.Leaves || climb.InARow >= 2 ? Strong("path.traversal") : default;
        return climb.InARow < 2 ? default : FamousFiles.IsIn(text, encoded) ? Strong("path.traversal") : Weak("path.traversal");
    }

    /// <summary><c>php://filter…</c>, and <c>url:file://…</c>, which gives it a name first.</summary>
    private static bool HasScheme(ReadOnlySpan<char> text, int separator)
    {
        if (separator is < 2 or > 40 || text[separator - 1] is not (':' or '.' or '='))
            return text.Ahead(0, 24).IndexOf(':') is > 1 and var colon && PathWords.IsScheme(text.WordBefore(colon)) && !FoldedText.IsBlank(text.At(colon + 1)) && text.Ahead(colon, 40).ContainsAny('/', '\\');
        return text[separator - 1] == ':' && PathWords.IsScheme(text.WordBefore(separator - 1));
    }

    /// <summary>Whether the value reads as one path: no sentence, and a blank only in a name that is known to have one.</summary>
    private static bool IsOnlyPath(ReadOnlySpan<char> text)
    {
        var trimmed = text.Trim();
        var blank = trimmed.IndexOfAny(' ', '\n', '(');
        if (blank < 0)
            return trimmed.Length > 1;
        return trimmed[blank] == ' ' && (trimmed[0] is '.' or '/' or '\\' || trimmed.At(1) == ':') && (trimmed.Has("program files") || trimmed.Has("documents and settings") || trimmed.Has("_ log"));
    }

    private static Finding Strong(string rule) => new(AttackClass.PathTraversal, Finding.Strong, rule);

    private static Finding Weak(string rule) => new(AttackClass.PathTraversal, Finding.Weak, rule);
}
