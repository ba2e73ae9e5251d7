namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>
/// A value that is a command line itself, for a program that runs what it is given. Honest titles begin with a command's
/// name as well, so the line must reach for what only an intruder reads, run a program by its path, or hide its name.
/// </summary>
internal static class DirectCommand
{
    private static readonly string[] Targets =
        ["/etc/", "/proc/", "/root", "/dev/", "/bin/", "/usr/bin", "/var/log", "/home/", "c:\\windows", "c:\\boot", "%systemroot%", "%windir%", "/boot.ini", "etc/passwd"];

    public static Finding Judge(ReadOnlySpan<char> text)
    {
        var start = text.SkipBlanks(0);
        while (text.At(start) is '"' or '\'' or '@' or '(')
            start++;
        if (start >= text.Length || !(char.IsAsciiLetter(text[start]) || text[start] is '/' or '\\' or '.'))
            return default;
        var word = CommandWord.Read(text, start);
        if (word.Kind == CommandKind.None)
            return word.HasWildcard && HasPathOf(text, word) ? ShellDetector.Strong("shell.wildcard") : default;
        // c\at, w'h'oami: quotes that open and close again inside a name mean nothing but to hide it; a cleft "it's" has one.
        if (word.Tricks > 1 && word.Kind == CommandKind.Sure)
            return ShellDetector.Strong("shell.quoting");

        var argument = Argument.Of(text, word.End);
        if (word.HasPath && argument is ArgumentShape.Flag or ArgumentShape.Path or ArgumentShape.Redirect or ArgumentShape.Substitution or ArgumentShape.Closed)
            return ShellDetector.Strong("shell.program");
        if (text.StartsAt(word.End, "<<<") || text.StartsAt(word.End, "$IFS") || text.StartsAt(word.End, "${IFS}"))
            return ShellDetector.Strong("shell.direct");
        if (word.Kind != CommandKind.Sure)
            return default;
        var line = text.Ahead(word.End, 200);
        foreach (var target in Targets)
            if (argument is ArgumentShape.Path or ArgumentShape.Flag or ArgumentShape.Quoted && line.Has(target))
                return ShellDetector.Strong("shell.direct");
        return line.TrimEnd() is [.., '|', ' ', 's', 'h'] or [.., '|', 's', 'h'] || line.TrimEnd().EndsWith("| bash") ? ShellDetector.Strong("shell.direct") : default;
    }

    private static bool HasPathOf(ReadOnlySpan<char> text, in CommandWord word)
    {
        var name = text[word.Start..word.End];
        return name.StartsWith("/???/") || name.StartsWith("/b?n") || name.Contains("bin/", StringComparison.Ordinal);
    }
}
