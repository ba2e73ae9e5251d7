namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>What an attribute and its value do in an element.</summary>
internal static class AttributeRules
{
    /// <param name="nested">Whether the element stood in another one's attribute.</param>
    public static Finding Judge(ElementKind kind, ReadOnlySpan<char> name, ReadOnlySpan<char> value, bool nested)
    {
        if (name.Is("style"))
        {
            if (value.IndexOfAny("(:@&") >= 0 && (new SoftText(value).Holds(MarkupWords.StylePrograms) || new SoftText(value).Holds(MarkupWords.ScriptSchemes)))
                return MarkupDetector.Strong("html.style");
        }
        else if (LeadsToScript(value))
        {
            return MarkupDetector.Strong("html.script_url");
        }

        if (!nested && value.Contains('&') && HoldsMarkup(value) is { Score: >= Finding.Strong } inner)
            return inner;
        if (name.Is("srcdoc"))
            return MarkupDetector.Strong("html.srcdoc");

        // Where a form is sent is what a phisher changes.
        if (name.Is("formaction"))
            return MarkupDetector.Strong("html.form");

        // IE's data binding writes the bound text as HTML.
        if (name.Is("datasrc") || name.Is("dataformatas") || name.Is("ev:event") || name.Is("ev:handler"))
            return MarkupDetector.Strong("html.binding");

        // Another namespace gives an element the powers of another vocabulary.
        if (name.StartsWith("xmlns", StringComparison.OrdinalIgnoreCase))
            return MarkupDetector.Strong("html.foreign");

        // A reference into the same document ("#icon") is what honest SVG has.
        if (name.Is("xlink:href") && value.At(0) != '#')
            return MarkupDetector.Strong("html.foreign");
        return OfElement(kind, name, value);
    }

    /// <summary>
    /// Markup written as entities: a frame's document, an animated innerHTML and whoever reads XML undo them and show what is left.
    /// Looks one level deep.
    /// </summary>
    private static Finding HoldsMarkup(ReadOnlySpan<char> value)
    {
        if (!value.Has("&lt") && !value.Has("&#"))
            return default;
        Span<char> buffer = stackalloc char[256];
        ReadOnlySpan<char> inner = buffer[..new SoftText(value).Decode(buffer)];
        return inner.Contains('<') ? ElementScan.Judge(inner, nested: true) : default;
    }

    private static Finding OfElement(ElementKind kind, ReadOnlySpan<char> name, ReadOnlySpan<char> value) => kind switch
    {
        ElementKind.Loads when MarkupWords.IsSource(name) => MarkupDetector.Strong("html.loads"),
        ElementKind.Meta when name.Is("http-equiv") => MarkupDetector.Strong("html.meta"),
        ElementKind.Meta when name.Is("charset") && !value.StartsWith("utf-8", StringComparison.OrdinalIgnoreCase) => MarkupDetector.Strong("html.meta"),
        ElementKind.Link when name.Is("rel") && (value.Has("stylesheet") || value.Has("import") || value.Has("preload")) => MarkupDetector.Strong("html.link"),
        ElementKind.Form when name.Is("action") || name.Is("method") => MarkupDetector.Strong("html.form"),
        ElementKind.Animation when name.Is("attributename") => MarkupDetector.Strong("html.animation"),
        _ => default,
    };

    /// <summary>Whether the value, as a browser reads it, is the address of a program.</summary>
    private static bool LeadsToScript(ReadOnlySpan<char> value)
    {
        // Every scheme has a colon, written or as an entity.
        if (!value.ContainsAny(':', '&'))
            return false;
        Span<char> buffer = stackalloc char[96];
        ReadOnlySpan<char> head = buffer[..new SoftText(value).Head(buffer)];
        var at = head.IndexOfAny(MarkupWords.ScriptSchemes);
        if (at < 0)
            at = head.IndexOfAny(MarkupWords.DataSchemes);
        if (at < 0 && head.StartsWith("data:", StringComparison.OrdinalIgnoreCase) && head.Has("svg"))
            at = 0;
        // Behind letters it is a part of something else: "/docs/javascript:intro" is not, "xjavascript:" is.
        return at == 0 || at > 0 && !char.IsAsciiLetterOrDigit(head[at - 1]) && head[at - 1] is not ('/' or '-' or '_' or '.') || at > 0 && Escaped(head, at);
    }

    /// <summary>Behind an escape such as <c>\x1b</c>, whose backslash is gone by now.</summary>
    private static bool Escaped(ReadOnlySpan<char> head, int at) => at >= 3 && at <= 12 && head[at - 3] == 'x' && char.IsAsciiHexDigit(head[at - 2]) && char.IsAsciiHexDigit(head[at - 1]);
}
