namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>Operators and scripts of document stores, and broken-out filters of directories.</summary>
internal static class StoreFilters
{
    /// <summary>An operator as a whole key (<c>$ne</c>), in a form's key (<c>user[$ne]</c>), or as a key in JSON text (<c>{"$gt": …</c>, <c>{$gt: …</c>, <c>, $where: …</c>).</summary>
    public static Finding Operator(ReadOnlySpan<char> text, int at)
    {
        var word = text.Ahead(at + 1, 12).WordAt(0);
        if (word.Length is < 2 or > 10 || !TemplateWords.IsStoreOperator(word))
            return default;
        var end = at + 1 + word.Length;
        if (at == 0)
            return end == text.Length ? TemplateDetector.Strong("store.operator") : default;
        var before = text[at - 1];
        var isKey = before switch
        {
            '[' => text.At(end) == ']',
            '"' or '\'' => text.At(end) == before && text.At(text.SkipBlanks(end + 1)) == ':',
            _ => text.At(text.BackOverBlanks(at)) is '{' or ',' && text.At(text.SkipBlanks(end)) == ':',
        };
        return isKey ? TemplateDetector.Strong("store.operator") : default;
    }

    /// <summary>A script of a store that a closed string leaves: <c>';return 'a'=='a</c>, or a loop or a command that opens one.</summary>
    public static Finding Script(ReadOnlySpan<char> text, int at)
    {
        var after = text.SkipBlanks(at + 1);
        if (text.At(at - 1) is '\'' or '"' && (text.StartsAt(after, "return ") || text.StartsAt(after, "return(") || text.StartsAt(after, "sleep(")))
            return TemplateDetector.Strong("store.script");
        if (text.StartsAt(after, "var ") && text.Ahead(after, 64).Has("new date("))
            return TemplateDetector.Strong("store.script");
        return text.StartsAt(0, "db.") && text.Ahead(0, 64).Contains('(') ? TemplateDetector.Strong("store.command") : default;
    }

    /// <summary>
    /// RFC 4515 filters are brackets within brackets, so a value that leaves one closes a bracket it never opened and begins another condition:
    /// <c>*)(uid=*</c>, <c>admin)(|</c>, <c>x)&amp;(cn=y</c>.
    /// </summary>
    public static Finding Filter(ReadOnlySpan<char> text, int at)
    {
        var next = text.At(at + 1);
        if (next is not ('(' or '&' or '|' or ')') || !IsCondition(text.Ahead(at + 1, 40)))
            return default;
        var before = text[Math.Max(0, at - 256)..at];
        return before.Count('(') <= before.Count(')') ? TemplateDetector.Strong("ldap.filter") : default;
    }

    private static bool IsCondition(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(')');
        if (rest is ['&' or '|', '(', ..])
            rest = rest[1..];
        if (rest.At(0) != '(')
            return false;
        rest = rest.TrimStart('(');
        if (rest is ['|' or '&' or '!', ..])
            return true;
        var name = 0;
        while (char.IsAsciiLetterOrDigit(rest.At(name)))
            name++;
        return name > 0 && rest.At(name) == '=' && rest.At(name + 1) != '=';
    }
}
