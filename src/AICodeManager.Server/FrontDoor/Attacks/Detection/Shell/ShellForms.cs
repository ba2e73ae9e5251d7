namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>Forms that mean a shell by themselves, each recognised at the sign it cannot be written without.</summary>
internal static class ShellForms
{
    private const int Look = 48;

    public static Finding Judge(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        '$' => Dollar(text, at),
        '(' => Bracket(text, at),
        '<' => Smaller(text, at),
        '|' => text.StartsAt(at, "|$0") || text.StartsAt(at, "| $0") ? ShellDetector.Strong("shell.expansion") : default,
        '>' => Redirection(text, at),
        '[' or '*' or '?' => IsBracketed(text, at) ? ShellDetector.Strong("shell.wildcard") : default,
        '%' => text.StartsAt(at, "%COMSPEC%") || text.StartsAt(at, "%PATH:~") || text.StartsAt(at, "%ProgramFiles:~") ? ShellDetector.Strong("shell.expansion") : default,
        _ => default,
    };

    private static Finding Dollar(ReadOnlySpan<char> text, int at)
    {
        // The field separator stands for the blank that a filter refused; ${SHELL} and $'\x…' for a name.
        if (text.StartsAt(at, "$IFS") || text.StartsAt(at, "${IFS") || text.StartsAt(at, "${SHELL}") || text.StartsAt(at, "$SHELL -c") || text.StartsAt(at, "$(</") || text.StartsAt(at, "$'\\x"))
            return ShellDetector.Strong("shell.expansion");
        return text.At(at + 1) == '{' && IsPiece(text, at) || IsUnset(text, at) && HasAnother(text, at) ? ShellDetector.Strong("shell.expansion") : default;
    }

    /// <summary>A piece or a replacement of a variable, <c>${HOME:0:1}</c>, <c>${x//a/b}</c>: how a slash or a letter is had without writing it.</summary>
    private static bool IsPiece(ReadOnlySpan<char> text, int at)
    {
        var name = text.Ahead(at + 2, 40).WordAt(0).Length;
        var after = at + 2 + name;
        return name > 0 && (text.StartsAt(after, "//") || text.At(after) == ':' && char.IsAsciiDigit(text.At(after + 1)) && text.At(after + 2) == ':');
    }

    /// <summary>Two words with an unset variable inside, <c>c$?at /et$?c</c>: it vanishes when a shell reads them.</summary>
    private static bool IsUnset(ReadOnlySpan<char> text, int at) =>
        char.IsAsciiLetter(text.At(at - 1)) && text.At(at + 1) is '@' or '*' or '!' or '?' or '_' or '#' && char.IsAsciiLetter(text.At(at + 2));

    private static bool HasAnother(ReadOnlySpan<char> text, int at)
    {
        var next = text.Ahead(at + 1, Look).IndexOf('$');
        return next >= 0 && IsUnset(text, at + 1 + next);
    }

    private static Finding Bracket(ReadOnlySpan<char> text, int at)
    {
        if (text.At(at + 1) == ')')
        {
            var body = text.SkipBlanks(at + 2);
            if (text.At(body) != '{' || body - at > 8)
                return default;
            // "() {" opens no function of JavaScript or C without a name before it; with ":" in it, it is the famous one.
            if (text[..at].TrimStart().IsEmpty || text.At(text.SkipBlanks(body + 1)) == ':')
                return ShellDetector.Strong("shell.shellshock");
            return IsForkBomb(text, at, body) ? ShellDetector.Strong("shell.fork_bomb") : default;
        }

        var word = text.WordBefore(at);
        return word.Length > 2 && (ShellWords.IsRemoteCall(word) || word.Is("socket") && text.StartsAt(at - 14, "socket.socket") || word.Is("spawn") && text.StartsAt(at - 9, "pty."))
            ? ShellDetector.Strong("shell.reverse")
            : default;
    }

    /// <summary>A shell function that calls itself beside itself: <c>f(){ f|f&amp; };f</c>.</summary>
    private static bool IsForkBomb(ReadOnlySpan<char> text, int brackets, int body)
    {
        var start = brackets;
        while (start > 0 && brackets - start < Look && !FoldedText.IsBlank(text[start - 1]) && text[start - 1] is not (';' or '='))
            start--;
        var name = text[start..brackets];
        var rest = text.Ahead(body, 2 * Look);
        var first = name.IsEmpty ? -1 : rest.IndexOf(name);
        return first >= 0 && rest[(first + name.Length)..].Contains(name, StringComparison.Ordinal) && rest.ContainsAny('|', '&') && rest.Contains('}');
    }

    private static Finding Smaller(ReadOnlySpan<char> text, int at)
    {
        if (text.StartsAt(at, "<!--#exec") || text.StartsAt(at, "<!--#include"))
            return ShellDetector.Strong("shell.include");
        return text.StartsAt(at, "<<<$(") ? ShellDetector.Strong("shell.expansion") : default;
    }

    /// <summary>A connection as a shell opens one: <c>>&amp; /dev/tcp/…</c>, <c>5&lt;>/dev/tcp/…</c>.</summary>
    private static Finding Redirection(ReadOnlySpan<char> text, int at)
    {
        var target = at + 1;
        while (text.At(target) is '&' or '>' or ' ' && target - at < 8)
            target++;
        return text.StartsAt(target, "/dev/tcp/") || text.StartsAt(target, "/dev/udp/") ? ShellDetector.Strong("shell.reverse") : default;
    }

    /// <summary>A path with a wildcard or a set inside a name, <c>/etc/pas[s]wd</c>: only a shell reads it as a path.</summary>
    private static bool IsBracketed(ReadOnlySpan<char> text, int at)
    {
        var before = text[Math.Max(0, at - Look)..at];
        var gap = before.LastIndexOfAny(' ', '\n');
        return before[(gap + 1)..].Has("/etc/");
    }
}
