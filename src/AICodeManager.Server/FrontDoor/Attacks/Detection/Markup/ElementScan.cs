namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>
/// The value read as the content of an element: an HTML tokenizer that walks from tag to tag. It walks twice, once as HTML
/// says (a quoted value hides what is in it) and once blind to quotes, because an attacker may close a quote that we cannot
/// see, or leave one open that hides the rest.
/// </summary>
internal static class ElementScan
{
    /// <param name="nested">Whether the text stood in an attribute of an element: what stands in attributes of this one is not opened again.</param>
    public static Finding Judge(ReadOnlySpan<char> text, bool nested = false)
    {
        var first = text.IndexOf('<');
        if (first < 0)
            return default;

        // A form turns the plus of "+ADw-script+AD4-" into a blank.
        if (text.Has(" adw-") && text.Has(" ad4-"))
            return MarkupDetector.Strong("html.utf7");

        var worst = Walk(text, first, quotes: false, nested);
        if (worst.Score >= Finding.Strong)
            return worst;
        var other = Walk(text, first, quotes: true, nested);
        return other.Score > worst.Score ? other : worst;
    }

    private static Finding Walk(ReadOnlySpan<char> text, int at, bool quotes, bool nested)
    {
        var worst = default(Finding);
        while (at < text.Length)
        {
            var next = text[at..].IndexOf('<');
            if (next < 0)
                break;
            at += next + 1;
            var finding = text.At(at) switch
            {
                '!' => Declaration(text, at),
                '?' => Instruction(text, at),
                '/' => EndTag(text, at),
                _ => StartTag(text, ref at, quotes, nested),
            };
            if (finding.Score >= Finding.Strong)
                return finding;
            if (finding.Any)
                worst = finding;
        }

        return worst;
    }

    /// <summary>Conditional comments and marked sections switch old parsers; what a comment holds is read on as content.</summary>
    private static Finding Declaration(ReadOnlySpan<char> text, int at) =>
        text.StartsAt(at, "!--[if") || text.StartsAt(at, "![if") || text.StartsAt(at, "![CDATA[") ? MarkupDetector.Strong("html.section") : default;

    /// <summary>Style sheets and behaviours that load as a processing instruction.</summary>
    private static Finding Instruction(ReadOnlySpan<char> text, int at) =>
        text.StartsAt(at, "?xml-stylesheet") || text.StartsAt(at, "?import") || text.StartsAt(at, "?xml:namespace")
            ? MarkupDetector.Strong("html.instruction")
            : default;

    /// <summary>Closing the page's own script or style sheet is how an attack leaves a string in it.</summary>
    private static Finding EndTag(ReadOnlySpan<char> text, int at) =>
        text.StartsAt(at, "/script") && !FoldedText.IsWord(text.At(at + 7)) || text.StartsAt(at, "/style") && !FoldedText.IsWord(text.At(at + 6))
            ? MarkupDetector.Strong("html.raw_end")
            : default;

    private static Finding StartTag(ReadOnlySpan<char> text, ref int at, bool quotes, bool nested)
    {
        // "<%00script", "<\x3cscript" and "<\0script": what a sloppy filter takes out first.
        if (text.StartsAt(at, "%00") || text.StartsAt(at, "\\0"))
            at += text[at] == '%' ? 3 : 2;
        else if (text.StartsAt(at, "\\x3c"))
            at += 4;
        // Not only ASCII: a page that upper-cases turns a long s into an S, and what no browser calls a tag costs nothing to read.
        if (!char.IsLetter(text.At(at)))
            return default;

        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is ':' or '-'))
            at++;
        var name = text[start..at];
        var tag = new TagReader(text, at, MarkupWords.Kind(name), quotes, nested);
        var finding = tag.Read();
        at = tag.End;
        if (finding.Score >= Finding.Strong)
            return finding;
        return tag.Kind switch
        {
            ElementKind.Script => Script(text, start, tag),
            ElementKind.Style => Style(text, tag),
            // A prefix that names a vocabulary outright brings its elements into the page.
            _ when tag.HasAttributes && (name.StartsWith("svg:", StringComparison.OrdinalIgnoreCase) || name.StartsWith("html:", StringComparison.OrdinalIgnoreCase)) =>
                MarkupDetector.Strong("html.foreign"),
            _ => finding,
        };
    }

    /// <summary>A script element is an attack when anything looks like a program or its address; a title may speak of <c>&lt;script&gt;</c> tags.</summary>
    private static Finding Script(ReadOnlySpan<char> text, int start, in TagReader tag)
    {
        if (tag.HasAttributes || text.At(start - 2) is '>' or '/' or '<' || !tag.Closed)
            return MarkupDetector.Strong("html.script");
        var at = tag.End;
        if (at >= text.Length)
            return start > 1 && text.At(start - 2) is '"' or '\'' ? MarkupDetector.Strong("html.script") : MarkupDetector.Weak("html.script");
        if (text[at] is '"' or '\'' or '`' or ',' or ')' or '.' && FoldedText.IsBlank(text.At(at + 1)))
            return MarkupDetector.Weak("html.script");
        var word = text.WordAt(text.SkipBlanks(at));
        var after = text.SkipBlanks(text.SkipBlanks(at) + word.Length);
        var prose = word.Length > 1 && FoldedText.IsBlank(text[at]) && (after >= text.Length || char.IsLetter(text[after])) && !MarkupWords.IsStatement(word);
        return prose ? MarkupDetector.Weak("html.script") : MarkupDetector.Strong("html.script");
    }

    private static Finding Style(ReadOnlySpan<char> text, in TagReader tag) =>
        tag.HasAttributes || text.Ahead(tag.End, 200).ContainsAny('{', '@') ? MarkupDetector.Strong("html.style") : MarkupDetector.Weak("html.style");
}
