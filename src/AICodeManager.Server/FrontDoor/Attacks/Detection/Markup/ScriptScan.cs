using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>
/// The value read without markup: as an address whose scheme runs it, and as the inside of a string in a script, which it
/// leaves. Script by itself runs nowhere in a page that escapes, so a call counts fully only where it leaves a string or is
/// all there is. Walks from sign to sign and looks a constant way around each.
/// </summary>
internal static class ScriptScan
{
    private const int Look = 96;

    private static readonly SearchValues<char> Signs = SearchValues.Create(":(`=&\\!+");

    /// <summary>What code after a scheme is made of.</summary>
    private static readonly SearchValues<char> CodeMarks = SearchValues.Create("(`=[%;+&'\"");

    public static Finding Judge(ReadOnlySpan<char> text)
    {
        var found = default(Finding);
        for (var at = text.IndexOfAny(Signs); at >= 0; at = text.Next(Signs, at + 1))
        {
            var finding = text[at] switch
            {
                ':' => Scheme(text, at),
                '\\' => HoldsEscapedLetter(text, at) ? MarkupDetector.Strong("script.escaped_letter") : default,
                '!' => text.StartsAt(at, "![]") && IsSymbolsOnly(text) ? MarkupDetector.Strong("script.symbols") : default,
                // "+ADw-script+AD4-" is "<script>", "+ADwAIQ-" is "<!" for a page that lets the browser guess UTF-7.
                '+' => text.StartsAt(at, "+ADw-") || text.StartsAt(at, "+ADwAIQ-") ? MarkupDetector.Strong("html.utf7") : default,
                '&' => text.StartsAt(at, "&lpar") || text.StartsAt(at, "&#x28") || text.StartsAt(at, "&#40") ? ScriptCalls.Judge(text, at) : HidesWord(text, at) ? MarkupDetector.Strong("html.hidden") : default,
                '=' => text.At(at + 1) == '=' || text.At(at - 1) is '=' or '!' or '<' or '>' ? default : ScriptCalls.JudgeAssignment(text, at),
                '(' when (text.StartsAt(at, "(javascript") || text.StartsAt(at, "(vbscript")) && text.WordBefore(at).Is("url") => MarkupDetector.Strong("html.script_url"),
                _ => ScriptCalls.Judge(text, at),
            };
            if (finding.Score >= Finding.Strong)
                return finding;
            if (finding.Any)
                found = finding;
        }

        return found.Any ? found : HiddenScheme(text);
    }

    private static Finding Scheme(ReadOnlySpan<char> text, int colon)
    {
        // javascript, vbscript, mocha, …encode, asfunction, data: anything else is left at its last letter.
        if ((text.At(colon - 1) | 0x20) is not ('t' or 'a' or 'e' or 'n'))
            return default;
        var word = text.WordBefore(colon);
        if (word.Length < 4)
            return default;
        var after = colon + 1;
        if (word.Is("data"))
            return text.Ahead(colon - 4, 24).IndexOfAny(MarkupWords.DataSchemes) == 0 && text.Ahead(after, Look).ContainsAny(',', ';') ? MarkupDetector.Strong("html.data_url") : default;

        // "JavaScript: Basics of …" is a title; an address has no blank there.
        return MarkupWords.IsScheme(word) && after < text.Length && !FoldedText.IsBlank(text[after])
            && (text.StartsAt(after, "//") || text.Ahead(after, Look).ContainsAny(CodeMarks))
            ? MarkupDetector.Strong("html.script_url")
            : default;
    }

    /// <summary><c>ja&amp;Tab;vascript:</c> given as the address itself.</summary>
    private static Finding HiddenScheme(ReadOnlySpan<char> text)
    {
        if (!text.Ahead(0, 16).Contains('&'))
            return default;
        Span<char> buffer = stackalloc char[48];
        return buffer[..new SoftText(text).Head(buffer)].IndexOfAny(MarkupWords.ScriptSchemes) == 0 ? MarkupDetector.Strong("html.script_url") : default;
    }

    /// <summary>Four letters and more in a row written as entities: no text needs that, a filter that looks for their word does.</summary>
    private static bool HidesWord(ReadOnlySpan<char> text, int at)
    {
        for (var letters = 0; letters < 4; letters++)
        {
            if (text.At(at) != '&' || text.At(at + 1) != '#')
                return false;
            var i = at + 2;
            var hex = (text.At(i) | 0x20) == 'x';
            if (hex)
                i++;
            var code = 0;
            for (var digits = 0; digits < 10 && char.IsAsciiHexDigit(text.At(i)) && (hex || char.IsAsciiDigit(text[i])) && code < 0x10000; digits++, i++)
                code = code * (hex ? 16 : 10) + (char.IsAsciiDigit(text[i]) ? text[i] - '0' : (text[i] | 0x20) - 'a' + 10);
            if (!char.IsAsciiLetter((char)Math.Min(code, 0xFFFF)))
                return false;
            at = text.At(i) == ';' ? i + 1 : i;
        }

        return true;
    }

    /// <summary><c>\u0061lert</c>: a letter of a name written as an escape, which nothing but hiding the name needs.</summary>
    private static bool HoldsEscapedLetter(ReadOnlySpan<char> text, int at) =>
        text.StartsAt(at, "\\u00") && text.At(at + 4) is '4' or '5' or '6' or '7' && char.IsAsciiHexDigit(text.At(at + 5))
        && (char.IsAsciiLetter(text.At(at - 1)) || char.IsAsciiLetter(text.At(at + 6)) || text.StartsAt(at + 6, "\\u00"));

    /// <summary>Programs written with nothing but brackets, plus and not, which spell out letters one by one.</summary>
    private static bool IsSymbolsOnly(ReadOnlySpan<char> text)
    {
        var run = 0;
        foreach (var c in text.Ahead(0, 4 * Look))
        {
            run = c is '[' or ']' or '(' or ')' or '!' or '+' or '{' or '}' or ' ' ? run + 1 : 0;
            if (run >= 40)
                return true;
        }

        return false;
    }
}
