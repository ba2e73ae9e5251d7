using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>
/// Command injection into a shell of Unix or Windows. A command's name says little by itself (names and titles are full of
/// <c>time</c>, <c>more</c> and <c>find</c>): it counts where a shell would begin a command, with what a shell would read as its
/// argument. Markdown's back-ticks, tables and query strings are the honest neighbours.
/// </summary>
internal static class ShellDetector
{
    /// <summary>Where commands begin, and where the forms begin that mean a shell by themselves.</summary>
    private static readonly SearchValues<char> Signs = SearchValues.Create(";|&`$<>\n{(%[*?");

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        var found = DirectCommand.Judge(folded);
        var at = found.Score < Finding.Strong ? folded.IndexOfAny(Signs) : -1;
        if (at < 0)
            return found;
        var separator = new Separator(folded);
        for (; at >= 0; at = folded.Next(Signs, at + 1))
        {
            var finding = folded[at] is '(' or '%' or '[' or '*' or '?' ? default : separator.Judge(at);
            if (finding.Score < Finding.Strong && ShellForms.Judge(folded, at) is { Any: true } form)
                finding = form;
            if (finding.Score >= Finding.Strong)
                return finding;
            if (finding.Any)
                found = finding;
        }

        return found;
    }

    internal static Finding Strong(string rule) => new(AttackClass.CommandInjection, Finding.Strong, rule);

    internal static Finding Weak(string rule) => new(AttackClass.CommandInjection, Finding.Weak, rule);
}
