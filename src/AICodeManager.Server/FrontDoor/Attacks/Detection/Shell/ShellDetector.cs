using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>
/// Command injection into a shell of Unix or Windows. A command's name says little by itself (names and titles are full of
/// <c>time</c>, <c>more</c> and <c>find</c>): it counts where a shell would begin a command, with what a shell would read as its
/// argument. Markdown's back-ticks, tables and query strings are the honest neighbours.
/// </summary>
internal static class ShellDetector
{
    private static readonly SearchValues<char> Signs = SearchValues.Create(";|&`$<>\n\\'\"^(%{/ ");

    private static readonly SearchValues<char> Separators = SearchValues.Create(";|&`$<>\n({");

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        if (!folded.ContainsAny(Signs))
            return default;
        if (folded.ContainsAny(ShellWords.ReverseShells))
            return Strong("shell.reverse");

        var finding = ShellForms.Judge(folded);
        if (finding.Score < Finding.Strong)
            finding = Heavier(finding, DirectCommand.Judge(folded));
        return finding.Score < Finding.Strong ? Heavier(finding, Separated(folded)) : finding;
    }

    internal static Finding Strong(string rule) => new(AttackClass.CommandInjection, Finding.Strong, rule);

    internal static Finding Weak(string rule) => new(AttackClass.CommandInjection, Finding.Weak, rule);

    private static Finding Heavier(Finding one, Finding other) => other.Score > one.Score ? other : one;

    private static Finding Separated(ReadOnlySpan<char> text)
    {
        var found = default(Finding);
        for (var at = text.IndexOfAny(Separators); at >= 0;)
        {
            var finding = Separator.Judge(text, at);
            if (finding.Score >= Finding.Strong)
                return finding;
            if (finding.Any)
                found = finding;
            var next = text[(at + 1)..].IndexOfAny(Separators);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return found;
    }
}
