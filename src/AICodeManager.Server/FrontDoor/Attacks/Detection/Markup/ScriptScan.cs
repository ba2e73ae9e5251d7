using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>
/// The value read without markup: as an address whose scheme runs it, and as the inside of a string in a script, which it
/// leaves. Script by itself runs nowhere in a page that escapes, so calls alone are at most weak.
/// </summary>
internal static class ScriptScan
{
    private const int Look = 96;

    /// <summary>What code after a scheme is made of.</summary>
    private static readonly SearchValues<char> CodeMarks = SearchValues.Create("(`=[%;+&'\"");

    private static readonly SearchValues<char> Quotes = SearchValues.Create("\"'`");

    public static Finding Judge(ReadOnlySpan<char> text)
    {
        if (text.Contains(':'))
        {
            var scheme = Scheme(text);
            if (scheme.Any)
                return scheme;
        }

        if (text.Has("![]") && IsSymbolsOnly(text))
            return MarkupDetector.Strong("script.symbols");
        return text.ContainsAny('(', '`', '=') || text.Has("&lpar") || text.Has("&#") ? Calls(text) : default;
    }

    private static Finding Scheme(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAny(MarkupWords.ScriptSchemes); at >= 0;)
        {
            var after = at + text[at..].IndexOf(':') + 1;
            // "JavaScript: Basics of …" is a title; an address has no blank there.
            if (!char.IsAsciiLetterOrDigit(text.At(at - 1)) && after < text.Length && !FoldedText.IsBlank(text[after])
                && (text.StartsAt(after, "//") || text.Ahead(after, Look).ContainsAny(CodeMarks)))
                return MarkupDetector.Strong("html.script_url");
            var next = text[after..].IndexOfAny(MarkupWords.ScriptSchemes);
            at = next < 0 ? -1 : after + next;
        }

        if (text.Has("url(javascript") || text.Has("url(vbscript"))
            return MarkupDetector.Strong("html.script_url");
        var data = text.IndexOfAny(MarkupWords.DataSchemes);
        if (data >= 0 && !char.IsAsciiLetterOrDigit(text.At(data - 1)) && text.Ahead(data, Look).ContainsAny(',', ';'))
            return MarkupDetector.Strong("html.data_url");

        // "ja&Tab;vascript:" given as the address itself.
        if (!text.Ahead(0, Look).Contains('&'))
            return default;
        Span<char> buffer = stackalloc char[48];
        return buffer[..new SoftText(text).Head(buffer)].IndexOfAny(MarkupWords.ScriptSchemes) == 0 ? MarkupDetector.Strong("html.script_url") : default;
    }

    private static Finding Calls(ReadOnlySpan<char> text)
    {
        var quote = text.IndexOfAny(Quotes);
        var ended = StatementEnd(text);
        var found = default(Finding);
        for (var at = text.IndexOfAny(MarkupWords.Calls); at >= 0;)
        {
            var word = text.WordAt(at);
            var end = at + Math.Max(1, word.Length);
            if (!FoldedText.IsWord(text.At(at - 1)) && text.At(at - 1) != '.' && IsUsed(text, end))
            {
                if (quote >= 0 && quote < at && (LeavesString(text, at, quote) || ended >= 0 && ended < at))
                    return MarkupDetector.Strong("script.breakout");
                if (IsProgram(text, at, end))
                    return MarkupDetector.Strong("script.call");
                found = MarkupDetector.Weak("script.call");
            }

            var next = end < text.Length ? text[end..].IndexOfAny(MarkupWords.Calls) : -1;
            at = next < 0 ? -1 : end + next;
        }

        return found;
    }

    /// <summary>Whether what follows the name calls it, or walks to something of it that is called or set.</summary>
    private static bool IsUsed(ReadOnlySpan<char> text, int end)
    {
        var i = end;
        while (i < text.Length && i - end < 48 && (FoldedText.IsWord(text[i]) || text[i] is '.' or '?' or '[' or ']' or '$' or ')' or '\'' or '"'))
            i++;
        return text.At(i) is '(' or '`' || text.At(text.SkipBlanks(i)) == '=' && text.At(text.SkipBlanks(i) + 1) != '=' || text.StartsAt(i, "&lpar") || text.StartsAt(i, "&#");
    }

    /// <summary>
    /// Whether the value is nothing but the call: it opens the value, has an argument, and code closes it. A title that
    /// mentions <c>eval()</c> has words around it or no argument.
    /// </summary>
    private static bool IsProgram(ReadOnlySpan<char> text, int call, int end)
    {
        if (text[..call].ContainsAnyExcept("(!~+-;{[ ") || text[^1] is not (')' or ';' or '`' or '/' or '"' or '\'' or '}' or ']'))
            return false;
        var rest = text[end..].TrimStart(")?.");
        return !rest.StartsWith("()") && !FoldedText.IsBlank(rest.At(0));
    }

    /// <summary>Where a string is closed and its statement ended, <c>');</c>; -1 if nowhere.</summary>
    private static int StatementEnd(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf(';'); at >= 0;)
        {
            var i = at - 1;
            while (i >= 0 && text[i] is ')' or ']' or '}' && at - i < 8)
                i--;
            if (i >= 0 && i < at - 1 && Quotes.Contains(text[i]) && (i == 0 || !FoldedText.IsWord(text[i - 1])))
                return at;
            var next = text[(at + 1)..].IndexOf(';');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return -1;
    }

    /// <summary>Programs written with nothing but brackets, plus and not, which spell out letters one by one.</summary>
    private static bool IsSymbolsOnly(ReadOnlySpan<char> text)
    {
        var run = 0;
        foreach (var c in text)
        {
            run = c is '[' or ']' or '(' or ')' or '!' or '+' or '{' or '}' or ' ' ? run + 1 : 0;
            if (run >= 40)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether a quote was closed and an operator joins the call to it: <c>';alert(1)//</c>, <c>'-alert(1)-'</c>. In
    /// <c>say "alert(1)"</c> the quote stands directly before the call, and in prose a word does.
    /// </summary>
    private static bool LeavesString(ReadOnlySpan<char> text, int call, int quote)
    {
        var i = text.BackOverBlanks(call);
        while (i > quote && text[i] is '(' or '!' or '~' or '{' or '[')
            i = text.BackOverBlanks(i);
        if (i <= quote || text[i] is not (';' or ',' or '-' or '+' or '*' or '/' or '|' or '&' or '?' or ':' or '=' or '<' or '>' or '^' or '%'))
            return false;
        while (i > 0 && !Quotes.Contains(text[i]) && !char.IsLetterOrDigit(text[i]))
            i--;
        return Quotes.Contains(text[i]);
    }
}
