using System.Buffers;
using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>
/// A value that is a command line itself, for a program that runs what it is given. Honest titles begin with a command's
/// name as well, so the line must reach for what only an intruder reads, run a program by its path, or hide its name.
/// </summary>
internal static class DirectCommand
{
    private static readonly string[] Targets =
        ["/etc/", "/proc/", "/root", "/dev/", "/bin/", "/usr/bin", "/var/log", "/home/", "c:\\windows", "c:\\boot", "%systemroot%", "%windir%", "/boot.ini", "etc/passwd"];

    private static readonly SearchValues<char> Signs = SearchValues.Create(" /\\'\"`$^<>?*[|");

    /// <summary>Interpreters that run a program given as an argument.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Interpreters = FoldedText.Words(
        "sh", "bash", "zsh", "ksh", "dash", "csh", "ash", "perl", "python", "python2", "python3", "ruby", "php", "nodejs", "lua", "pwsh", "powershell", "powershell.exe", "cmd", "cmd.exe");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> WindowsPrograms = FoldedText.Words(
        "net", "net1", "reg", "ipconfig", "netsh", "sc", "schtasks", "wmic", "tasklist", "taskkill", "attrib", "icacls", "cacls", "shutdown", "whoami", "robocopy", "xcopy");

    /// <summary>Commands that run the rest of the line.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Wrappers = FoldedText.Words(
        "time", "strace", "ltrace", "env", "nohup", "sudo", "doas", "setsid", "nice", "busybox");

    public static Finding Judge(ReadOnlySpan<char> text)
    {
        var start = text.SkipBlanks(0);
        if (BatchLine.IsBatch(text))
            return ShellDetector.Strong("shell.batch");
        // "cmd=cat /etc/passwd": a parameter within the value.
        var name = text.WordAt(start);
        if (name.Length > 0 && text.At(start + name.Length) == '=')
            start += name.Length + 1;
        while (text.At(start) is '"' or '\'' or '@' or '(' && start < text.Length)
            start++;

        // A line's end written out: "\nid\n".
        var escaped = text.StartsAt(start, "\\n");
        if (escaped)
            start += 2;
        if (!(char.IsAsciiLetter(text.At(start)) || text.At(start) is '/' or '\\' or '.'))
            return default;
        // A word of letters only that no blank or redirection follows is a name.
        if (!text.ContainsAny(Signs))
            return default;
        var word = CommandWord.Read(text, start);
        var argument = Argument.Of(text, word.End);
        if (escaped && word.Kind != CommandKind.None && argument is not ArgumentShape.Prose)
            return ShellDetector.Strong("shell.line");
        if (argument == ArgumentShape.Prose && Wrappers.Contains(text[start..word.End]))
            word = CommandWord.Read(text, text.SkipBlanks(word.End));
        return Command(text, word);
    }

    private static Finding Command(ReadOnlySpan<char> text, in CommandWord word)
    {
        if (word.HasWildcard && (word.Kind != CommandKind.None || IsProgramFolder(text[word.Start..word.End])))
            return ShellDetector.Strong("shell.wildcard");
        if (word.Kind == CommandKind.None)
            return default;

        // c\at, w'h'oami: quotes that open and close again inside a name mean nothing but to hide it; an "it's" has one.
        if (word.Empties > 0 || word.Tricks > 1 && word.Kind == CommandKind.Sure)
            return ShellDetector.Strong("shell.quoting");

        var argument = Argument.Of(text, word.End);
        if (word.HasPath && argument is ArgumentShape.Flag or ArgumentShape.Path or ArgumentShape.Redirect or ArgumentShape.Substitution or ArgumentShape.Closed)
            return ShellDetector.Strong("shell.program");
        if (text.StartsAt(word.End, "<<<"))
            return ShellDetector.Strong("shell.direct");
        var line = text.Ahead(word.End, 200);
        if (argument == ArgumentShape.Path && IsWindowsPath(line.TrimStart()))
            return ShellDetector.Strong("shell.direct");
        var name = text[word.Start..word.End];
        if (WindowsPrograms.Contains(name) && HasSwitch(line))
            return ShellDetector.Strong("shell.direct");
        if (word.Kind != CommandKind.Sure)
            return default;
        if (Interpreters.Contains(name) && (line.StartsAt(0, " -c ") || line.StartsAt(0, " -e ") || line.StartsAt(0, " -r ") || line.StartsAt(0, " -i ") || line.StartsAt(0, " /c ") || line.StartsAt(0, " -enc")))
            return ShellDetector.Strong("shell.direct");
        if (argument is ArgumentShape.Path or ArgumentShape.Flag or ArgumentShape.Quoted or ArgumentShape.Substitution)
            foreach (var target in Targets)
                if (line.Has(target))
                    return ShellDetector.Strong("shell.direct");
        var ending = line.TrimEnd();
        return ending.EndsWith("| sh") || ending.EndsWith("|sh") || ending.EndsWith("| bash") || ending.EndsWith("|bash") ? ShellDetector.Strong("shell.direct") : default;
    }

    /// <summary>A switch as Windows writes them: a slash and letters to the token's end.</summary>
    private static bool HasSwitch(ReadOnlySpan<char> line)
    {
        var at = line.IndexOf(" /");
        if (at < 0)
            return false;
        var letters = line[(at + 2)..].WordAt(0).Length;
        return letters > 0 && line.At(at + 2 + letters) is ' ' or '\0' or ':';
    }

    private static bool IsWindowsPath(ReadOnlySpan<char> argument) => argument.At(1) == ':' && argument.At(2) == '\\' || argument.At(0) == '%' && argument.Contains("%\\", StringComparison.Ordinal);

    private static bool IsProgramFolder(ReadOnlySpan<char> name) => name.StartsWith("/???/") || name.StartsWith("/b?n") || name.Contains("bin/", StringComparison.Ordinal);
}
