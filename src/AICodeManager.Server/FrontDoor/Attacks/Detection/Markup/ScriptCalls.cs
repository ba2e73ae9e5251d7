using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>Calls and assignments of script, and whether they stand where a string of a page's script was left.</summary>
internal static class ScriptCalls
{
    private const int Look = 48;
    private const int LongestToken = 512;

    private static readonly SearchValues<char> Openers = SearchValues.Create("(!~+-;{[ ");

    private static readonly SearchValues<char> Quotes = SearchValues.Create("\"'`");

    /// <summary>What stands before the bracket (or back-tick) at <paramref name="open"/> is called.</summary>
    public static Finding Judge(ReadOnlySpan<char> text, int open)
    {
        // [].sort.call`${alert}1337`: a template's tag calls what the template names.
        if (text[open] == '`' && IsTagged(text, open))
            return MarkupDetector.Strong("script.call");
        var start = Expression(text, open, assigned: false);
        return start < 0 ? default : Place(text, start, open);
    }

    /// <summary>What stands before the sign at <paramref name="equals"/> is set.</summary>
    public static Finding JudgeAssignment(ReadOnlySpan<char> text, int equals)
    {
        var start = Expression(text, text.BackOverBlanks(equals) + 1, assigned: true);
        return start < 0 ? default : Place(text, start, equals);
    }

    /// <summary>
    /// Where the known name begins in the expression that ends before <paramref name="end"/>: <c>alert</c>, <c>(alert)</c>,
    /// <c>document?.cookie</c>, <c>window['x']</c>; -1 if there is none.
    /// </summary>
    private static int Expression(ReadOnlySpan<char> text, int end, bool assigned)
    {
        var i = end;
        while (i > 0 && end - i < Look)
        {
            var c = text[i - 1];
            if (FoldedText.IsWord(c))
            {
                var word = text.WordBefore(i);
                i -= Math.Max(1, word.Length);
                if (word.Length > 3 && (assigned ? MarkupWords.IsTarget(word) : MarkupWords.IsCall(word)) && text.At(i - 1) != '.')
                    return i;
            }
            else if (c is '.' or '?' or '[' or ']' or '$' or ')' or '\'' or '"')
            {
                i--;
            }
            else
            {
                break;
            }
        }

        return -1;
    }

    private static Finding Place(ReadOnlySpan<char> text, int call, int end)
    {
        if (LeavesString(text, call) || EndsStatement(text, call))
            return MarkupDetector.Strong("script.breakout");
        return IsProgram(text, call, end) || IsDemonstration(text, end) ? MarkupDetector.Strong("script.call") : MarkupDetector.Weak("script.call");
    }

    /// <summary>
    /// Whether the value is nothing but the call: it opens the value, has an argument, and code closes it. A title that
    /// mentions <c>eval()</c> has words around it or no argument.
    /// </summary>
    private static bool IsProgram(ReadOnlySpan<char> text, int call, int end)
    {
        if (text[..call].ContainsAnyExcept(Openers) || text[^1] is not (')' or ';' or '`' or '/' or '"' or '\'' or '}' or ']'))
            return false;
        var rest = text[end..];
        return !rest.StartsWith("()") && rest.Length > 2;
    }

    /// <summary>
    /// A value of one token that calls with a literal or with the page itself: <c>}alert(1);{</c>, <c>top['alert'](document.domain)</c>. What one
    /// searches for, <c>fetch(url)</c>, passes a name.
    /// </summary>
    private static bool IsDemonstration(ReadOnlySpan<char> text, int open)
    {
        if (text[open] is not ('(' or '`') || text.Length > LongestToken || text.Contains(' '))
            return false;
        var argument = text.At(open + 1);
        return char.IsAsciiDigit(argument) || argument is '"' or '\'' or '/' or '`' || MarkupWords.IsTarget(text.Ahead(open + 1, 24).WordAt(0)) || text[open] == '`' && text.Ahead(open + 1, Look).Contains('`');
    }

    private static bool IsTagged(ReadOnlySpan<char> text, int open)
    {
        var end = text.BackOverBlanks(open) + 1;
        var word = text.WordBefore(end);
        return (word.Is("call") || word.Is("apply") || word.Is("bind")) && text.At(text.BackOverBlanks(end - word.Length)) == '.' && text.Ahead(open, Look).Contains("${", StringComparison.Ordinal);
    }

    /// <summary>Whether a string was closed and its statement ended before, <c>');</c>, a constant way back.</summary>
    private static bool EndsStatement(ReadOnlySpan<char> text, int call)
    {
        var from = Math.Max(0, call - 2 * Look);
        var before = text[from..call];
        for (var at = before.IndexOf(';'); at >= 0;)
        {
            var i = at - 1;
            while (i >= 0 && before[i] is ')' or ']' or '}')
                i--;
            if (i >= 0 && i < at - 1 && Quotes.Contains(before[i]) && (i == 0 || !FoldedText.IsWord(before[i - 1])))
                return true;
            var next = before[(at + 1)..].IndexOf(';');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    /// <summary>
    /// Whether a quote was closed and an operator joins the call to it: <c>';alert(1)//</c>, <c>'-alert(1)-'</c>. In
    /// <c>say "alert(1)"</c> the quote stands directly before the call, and in prose a word does.
    /// </summary>
    private static bool LeavesString(ReadOnlySpan<char> text, int call)
    {
        var least = Math.Max(0, call - Look);
        var i = text.BackOverBlanks(call);
        // 'x' in alert(1), 'x' instanceof alert(1)
        if (i > least && text[i] is 'n' or 'f' && text.WordBefore(i + 1) is var word && (word.Is("in") || word.Is("instanceof")))
            return Quotes.Contains(text.At(text.BackOverBlanks(i + 1 - word.Length)));
        while (i > least && text[i] is '(' or '!' or '~' or '{' or '[')
            i = text.BackOverBlanks(i);
        if (i <= least || text[i] is not (';' or ',' or '-' or '+' or '*' or '/' or '|' or '&' or '?' or ':' or '=' or '<' or '>' or '^' or '%'))
            return false;
        while (i > least && !Quotes.Contains(text[i]) && !char.IsLetterOrDigit(text[i]))
            i--;
        return Quotes.Contains(text[i]);
    }
}
