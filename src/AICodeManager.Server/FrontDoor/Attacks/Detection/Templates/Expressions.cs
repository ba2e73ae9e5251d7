namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>
/// Expressions of template engines: <c>{{…}}</c>, <c>${…}</c>, <c>#{…}</c>, <c>*{…}</c>, <c>@{…}</c>, <c>&lt;%…%&gt;</c>, <c>{%…%}</c>, <c>{php}</c>, <c>#set(…)</c>.
/// Looks a constant way into each.
/// </summary>
internal static class Expressions
{
    private const int Look = 160;

    /// <summary>What opens at a brace, a bracket or a mark.</summary>
    public static Finding Judge(ReadOnlySpan<char> text, int at)
    {
        var c = text[at];
        var before = text.At(at - 1);
        var after = text.At(at + 1);
        return c switch
        {
            '{' when after == '{' => Braces(text, at),
            '{' when after == '%' => Tag(text, at),
            '{' when before is '$' or '#' or '*' or '@' or '~' => Marked(text, at, before),
            '{' when text.StartsAt(at, "{php}") || text.StartsAt(at, "{system(") || text.StartsAt(at, "{literal}") => TemplateDetector.Strong("template.smarty"),
            '{' when after == '$' && text.At(at + 2) == '{' => TemplateDetector.Strong("template.nested"),
            '<' when after == '%' => Server(Inside(text, at + 2, "%>")),
            '<' when text.StartsAt(at, "<#assign") || text.StartsAt(at, "<#list") || text.StartsAt(at, "<#include") => TemplateDetector.Strong("template.freemarker"),
            '[' when text.StartsAt(at, "[#assign") || text.StartsAt(at, "[[${") => TemplateDetector.Strong("template.freemarker"),
            '#' when IsDirective(text, at) => TemplateDetector.Strong("template.velocity"),
            '@' when after == '(' && Computes(Inside(text, at + 2, ")")) => TemplateDetector.Strong("template.razor"),
            _ => default,
        };
    }

    /// <summary>Velocity's directives assign to or ask a <c>$variable</c>; a heading or an issue number does not.</summary>
    private static bool IsDirective(ReadOnlySpan<char> text, int at)
    {
        var rest = text.Ahead(at, 40);
        if (!(rest.StartsAt(0, "#set") || rest.StartsAt(0, "#foreach") || rest.StartsAt(0, "#evaluate") || rest.StartsAt(0, "#include") || rest.StartsAt(0, "#parse")))
            return false;
        var open = rest.IndexOf('(');
        return open is > 0 and < 12 && rest[(open + 1)..].TrimStart() is ['$' or '"' or '\'', ..];
    }

    private static Finding Braces(ReadOnlySpan<char> text, int at)
    {
        var inside = Inside(text, at + 2, "}}");
        // "${{ secrets.TOKEN }}" is how workflows of a build server name a value.
        var workflow = text.At(at - 1) == '$';
        if (inside.ContainsAny(TemplateWords.Walks) && (!workflow || inside.Contains('(')))
            return TemplateDetector.Strong("template.walk");
        if (Computes(inside) || inside.TrimStart() is ['\'' or '"' or '[', ..])
            return TemplateDetector.Strong("template.operator");
        var word = inside.TrimStart();
        // Handlebars' blocks open and close with a mark; "this" is the whole scope.
        if (word is ['#' or '/', ..] && at == text.SkipBlanks(0) || word.StartsAt(0, "this.") || word.StartsAt(0, "this["))
            return TemplateDetector.Strong("template.block");
        return inside.ContainsAny('(', '|') || word.Contains('.') ? TemplateDetector.Weak("template.expression") : default;
    }

    /// <summary>A statement of Jinja, Twig, Django or Liquid that opens the value; in the middle of a sentence it is a quotation.</summary>
    private static Finding Tag(ReadOnlySpan<char> text, int at)
    {
        var inside = Inside(text, at + 2, "%}").TrimStart(" -+");
        if (inside.ContainsAny(TemplateWords.Walks))
            return TemplateDetector.Strong("template.walk");
        if (inside.IsEmpty || !char.IsAsciiLetter(inside[0]))
            return default;
        return at == text.SkipBlanks(0) ? TemplateDetector.Strong("template.tag") : TemplateDetector.Weak("template.tag");
    }

    private static Finding Marked(ReadOnlySpan<char> text, int at, char mark)
    {
        var inside = Inside(text, at + 1, "}");
        // Shells, compose files and JavaScript name a variable, with a default perhaps: ${HOME}, ${PORT:-8080}.
        if (mark == '$' && (inside.StartsAt(0, "jndi") || inside.StartsAt(0, "${") || inside.Contains("${", StringComparison.Ordinal) && inside.Contains(':')))
            return TemplateDetector.Strong("template.lookup");
        if (mark == '$' && inside.IndexOf(":-") > 0)
            return inside.Has("env:") || inside.Has("sys:") || inside.Has("::") ? TemplateDetector.Strong("template.lookup") : default;
        if (mark == '@' && inside is ['[', ..])
            return TemplateDetector.Strong("template.perl");
        if (inside.ContainsAny(TemplateWords.Walks) && (inside.ContainsAny('(', '[', '.') || inside.StartsAt(0, "env:") || inside.StartsAt(0, "sys:") || inside.StartsAt(0, "lower:") || inside.StartsAt(0, "upper:")))
            return TemplateDetector.Strong("template.walk");
        // #{"a":1} is JSON behind a hash.
        if (Computes(inside) || inside is ['\'' or '"' or '`' or '@' or '(' or '{', ..] && !inside.Contains("\":", StringComparison.Ordinal))
            return TemplateDetector.Strong("template.operator");
        return inside.ContainsAny('(', '[') ? TemplateDetector.Weak("template.expression") : default;
    }

    private static Finding Server(ReadOnlySpan<char> inside)
    {
        if (inside.ContainsAny(TemplateWords.Walks) || Computes(inside.TrimStart("= ")) || inside.ContainsAny('`', '\'') && inside.ContainsAny('(', '`'))
            return TemplateDetector.Strong("template.server");
        return inside.ContainsAny('(', '.', '@') ? TemplateDetector.Weak("template.server") : default;
    }

    /// <summary>A calculation whose result shows that the text was evaluated: <c>7*7</c>, <c>7*'7'</c>, <c>1/0</c>, <c>364|add:733</c>.</summary>
    private static bool Computes(ReadOnlySpan<char> inside)
    {
        var text = inside.Ahead(0, 48).TrimStart(" (=-+");
        if (text.IsEmpty || !char.IsAsciiDigit(text[0]))
            return false;
        var i = 0;
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] is '.' or ' ' or ')'))
            i++;
        return text.At(i) is '*' or '+' or '-' or '/' or '%' or '|' or '~' or '^' && i + 1 < text.Length;
    }

    private static ReadOnlySpan<char> Inside(ReadOnlySpan<char> text, int from, ReadOnlySpan<char> close)
    {
        var ahead = text.Ahead(from, Look);
        var end = ahead.IndexOf(close);
        return end < 0 ? ahead : ahead[..end];
    }
}
