namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;

/// <summary>Looks for a famous file or folder among a path's segments.</summary>
internal static class FamousFiles
{
    /// <summary>Longer paths have their famous part at the end.</summary>
    private const int Tail = 256;

    public static bool IsIn(ReadOnlySpan<char> text, bool encoded)
    {
        if (!encoded)
            return Search(text.Length > Tail ? text[^Tail..] : text, text.Length > Tail);
        Span<char> plain = stackalloc char[Tail];
        var tail = text.Length > Tail ? text[^Tail..] : text;
        var length = 0;
        for (var i = 0; i < tail.Length;)
        {
            var unit = PathUnits.Read(tail, i, out var step);
            plain[length++] = unit switch { PathUnit.Slash => '/', PathUnit.Dot => '.', PathUnit.Control => '\0', _ => tail[i] };
            i += step;
        }

        return Search(plain[..length], text.Length > Tail);
    }

    private static bool Search(ReadOnlySpan<char> path, bool cut)
    {
        var separators = 0;
        var named = 0;
        for (var i = 0; i <= path.Length;)
        {
            var end = i;
            while (end < path.Length && (FoldedText.IsWord(path[end]) || path[end] is '.' or '-'))
                end++;
            var segment = path[i..end];
            var before = path.At(i - 1);
            if (segment.Length is > 2 and <= PathWords.Longest)
            {
                // The first name behind a root or a drive's letter: /etc/…, C:\windows\…
                if (named == 0 && !cut && before is '/' or '\\' && path.At(end) is '/' or '\\' && PathWords.IsRoot(segment) && IsLonger(path, end))
                    return true;
                if (before is '/' or '\\' && (PathWords.IsFile(segment) || PathWords.IsFolder(segment)))
                    return true;
                // etcpasswd behind something: "/iiiiiiietc/passwd" is caught by its file; ".ssh/id_rsa" begins with its folder.
                if (i == 0 && path.At(end) is '/' or '\\' && PathWords.IsFolder(segment))
                    return true;
                named += segment.ContainsAnyExcept('.', '-') ? 1 : 0;
            }

            if (path.At(end) is '/' or '\\')
                separators++;
            i = end + 1;
        }

        return separators > 0 && (path.StartsWith(".git/") || path.StartsWith("/.git/") || path.Is("/.env"));
    }

    /// <summary>/etc/ alone is a folder's name; a file in it is asked for.</summary>
    private static bool IsLonger(ReadOnlySpan<char> path, int at) => char.IsAsciiLetterOrDigit(path.At(at + 1)) || path.At(at + 1) is '.' or '/' or '\\';
}
