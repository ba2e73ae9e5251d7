using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>
/// The value read as the inside of an attribute, which it leaves: a quote (or nothing, where the page wrote none) and then
/// an event handler or a style. No tag is needed, the page has one. What is set must look like code: prose speaks of handlers too.
/// </summary>
internal static class HandlerScan
{
    private const int Look = 64;

    /// <summary>What closes the attribute, or begins a tag.</summary>
    private static readonly SearchValues<char> Breaks = SearchValues.Create("\"'`<>");

    public static Finding Judge(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('=');
        if (at < 0)
            return default;
        var opened = text.IndexOfAny(Breaks);
        while (at >= 0 && at < text.Length)
        {
            var finding = Assignment(text, at, opened >= 0 && opened < at);
            if (finding.Any)
                return finding;
            var next = text[(at + 1)..].IndexOf('=');
            if (next < 0)
                break;
            at += next + 1;
        }

        return default;
    }

    private static Finding Assignment(ReadOnlySpan<char> text, int equals, bool opened)
    {
        var end = text.BackOverBlanks(equals) + 1;
        var start = end;
        while (start > 0 && end - start < 40 && (char.IsAsciiLetter(text[start - 1]) || text[start - 1] == '_'))
            start--;
        var name = text[start..end];
        var before = text.At(start - 1);
        if (start > 0 && (FoldedText.IsWord(before) || before is '-' or '.' or '$' or '#'))
            return default;

        if (MarkupWords.IsHandler(name))
            return Handler(text.Ahead(text.SkipBlanks(equals + 1), Look), opened);
        if (!name.Is("style"))
            return default;
        var value = text.Ahead(equals + 1, 2 * Look);
        return value.ContainsAny('(', ':', '@') && new SoftText(value).Holds(MarkupWords.StylePrograms) ? MarkupDetector.Strong("html.style") : default;
    }

    private static Finding Handler(ReadOnlySpan<char> value, bool opened)
    {
        var code = value.TrimStart("\"'`{( ");
        var known = HoldsCall(code.Ahead(0, 32)) || code.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase);
        if (known || opened && LooksCalled(code))
            return MarkupDetector.Strong("html.handler");
        return opened ? MarkupDetector.Weak("html.handler") : default;
    }

    private static bool HoldsCall(ReadOnlySpan<char> code)
    {
        for (var at = 0; at < code.Length;)
        {
            var word = code.WordAt(at);
            if (word.Length > 3 && MarkupWords.IsCall(word))
                return true;
            at += word.Length + 1;
        }

        return false;
    }

    /// <summary>A name and then a call, a tagged template or an assignment, without a blank between.</summary>
    private static bool LooksCalled(ReadOnlySpan<char> code)
    {
        var i = 0;
        while (i < code.Length && (FoldedText.IsWord(code[i]) || code[i] is '.' or '$' or '[' or ']' or '\\'))
            i++;
        return i > 0 && code.At(i) is '(' or '`' or '=' or '&';
    }
}
