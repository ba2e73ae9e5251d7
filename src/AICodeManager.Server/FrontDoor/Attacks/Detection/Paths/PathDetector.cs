using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;

/// <summary>
/// Path traversal and reading of foreign files. A path that climbs above where it starts counts, in every spelling of dot
/// and slash; one step up in a sentence (<c>import from '../utils'</c>) does not. A famous file counts where the value is
/// nothing but its path: prose may name <c>/etc/passwd</c>.
/// </summary>
internal static class PathDetector
{
    /// <summary>Every path of interest has a separator, or an encoded one.</summary>
    private static readonly SearchValues<char> Signs = SearchValues.Create("/\\%:");

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        if (!folded.ContainsAny(Signs) && !folded.StartsWith("0x2e", StringComparison.OrdinalIgnoreCase))
            return folded.StartsWith('.') && folded.Length < 24 && folded.ContainsAny(PathWords.Famous) ? Weak("path.famous") : default;

        var onlyPath = IsOnlyPath(folded);
        if (onlyPath && Scheme(folded))
            return Strong("path.scheme");
        var climb = Climb.Measure(folded);
        if (climb.Steps > 0 && Judge(climb, folded, onlyPath) is { Any: true } finding)
            return finding;
        return onlyPath ? FamousFile(folded) : default;
    }

    private static Finding Judge(in Climb climb, ReadOnlySpan<char> text, bool onlyPath)
    {
        // A sentence or a listing may hold one or two steps up; three in a row, or one encoded, is no sentence.
        if (climb.InARow >= 3 || climb.Encoded && climb.Steps > 0)
            return Strong("path.traversal");
        if (onlyPath)
            return climb.Leaves || climb.InARow >= 2 ? Strong("path.traversal") : default;
        return climb.InARow >= 2 && text.ContainsAny(PathWords.Famous) ? Strong("path.traversal")
            : climb.InARow >= 2 ? Weak("path.traversal")
            : default;
    }

    private static Finding FamousFile(ReadOnlySpan<char> text)
    {
        var at = text.IndexOfAny(PathWords.Famous);
        if (at < 0)
            at = FamousBehindBackslashes(text);
        if (at < 0)
            return default;
        // A link to a page about the file is a link.
        if (text.StartsAt(0, "http"))
            return default;
        var absolute = text[0] is '/' or '\\' or '.' or '%' or '~' || text.At(1) == ':' || at == 0;
        return absolute || text[..at].ContainsAny('/', '\\') ? Strong("path.famous") : Weak("path.famous");
    }

    private static int FamousBehindBackslashes(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny('\\', '%'))
            return -1;
        Span<char> buffer = stackalloc char[256];
        var tail = text.Length > buffer.Length ? text[^buffer.Length..] : text;
        var length = 0;
        for (var i = 0; i < tail.Length;)
        {
            var unit = PathUnits.Read(tail, i, out var step);
            buffer[length++] = unit switch { PathUnit.Slash => '/', PathUnit.Dot => '.', _ => tail[i] };
            i += step;
        }

        return buffer[..length].IndexOfAny(PathWords.Famous);
    }

    private static bool Scheme(ReadOnlySpan<char> text)
    {
        // "url:file://…" gives it a name first.
        for (var start = 0; start >= 0 && start < text.Length;)
        {
            foreach (var scheme in PathWords.Schemes)
                if (text.StartsAt(start, scheme) && text.Ahead(start, 24).ContainsAny('/', '\\'))
                    return true;
            var next = text.Ahead(start, 24).IndexOfAny(':', '=');
            start = start == 0 && next >= 0 ? next + 1 : -1;
        }

        return false;
    }

    /// <summary>Whether the value reads as one path: no sentence's punctuation and at most one blank (<c>C:/Program Files</c>).</summary>
    private static bool IsOnlyPath(ReadOnlySpan<char> text)
    {
        var trimmed = text.Trim();
        return trimmed.Length > 1 && trimmed.Count(' ') <= 1 && !trimmed.ContainsAny('\n', '(', ')') && !(trimmed.Contains(' ') && !trimmed.Has("program files") && !trimmed.Has("_ log"));
    }

    private static Finding Strong(string rule) => new(AttackClass.PathTraversal, Finding.Strong, rule);

    private static Finding Weak(string rule) => new(AttackClass.PathTraversal, Finding.Weak, rule);
}
