using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>Forms that mean a shell by themselves, wherever they stand.</summary>
internal static class ShellForms
{
    private static readonly SearchValues<string> Fixed = SearchValues.Create(
        ["$IFS", "${IFS", "() { :", "() { _;", "(){ :", "() {:;", "<!--#exec", "<!--#include", "cmd /c", "cmd.exe /c", "cmd.exe?/c", "powershell -", "%COMSPEC%", "%PATH:~", "%ProgramFiles:~",
         "$(</", "/etc/[", "<<<$(", "\\x2fetc", "$'\\x"],
        StringComparison.OrdinalIgnoreCase);

    public static Finding Judge(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("() {") || text.StartsWith("(){"))
            return ShellDetector.Strong("shell.shellshock");
        var at = text.IndexOfAny(Fixed);
        if (at >= 0)
            return ShellDetector.Strong(text[at] switch { '<' => "shell.include", '(' => "shell.shellshock", '$' => "shell.expansion", _ => "shell.form" });
        if (BatchLine.IsBatch(text))
            return ShellDetector.Strong("shell.batch");
        return BracketedPath(text) ? ShellDetector.Strong("shell.wildcard") : default;
    }

    /// <summary>A path with a bracket expression inside a name, <c>/etc/pas[s]wd</c>: only a shell reads it as a path.</summary>
    private static bool BracketedPath(ReadOnlySpan<char> text)
    {
        var slash = text.IndexOf("/etc/", StringComparison.OrdinalIgnoreCase);
        if (slash < 0)
            return false;
        var rest = text.Ahead(slash, 48);
        var end = rest.IndexOfAny(' ', '\n');
        if (end >= 0)
            rest = rest[..end];
        return rest.IndexOfAny("[?*$") >= 0;
    }
}
