namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>Operators of document stores (<c>$ne</c> as a key or in JSON text) and broken-out filters of directories.</summary>
internal static class StoreFilters
{
    public static Finding Judge(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf('$'); at >= 0;)
        {
            if (IsOperator(text, at))
                return TemplateDetector.Strong("store.operator");
            var next = text[(at + 1)..].IndexOf('$');
            at = next < 0 ? -1 : at + 1 + next;
        }

        if (text.StartsAt(0, "db.") && text.ContainsAny("({") && (text.Has(".find(") || text.Has(".insert(") || text.Has(".drop") || text.Has(".mapreduce(")))
            return TemplateDetector.Strong("store.command");
        if (text.Has("';return ") || text.Has("\";return ") || text.Has("';sleep("))
            return TemplateDetector.Strong("store.script");
        return text.Contains('(') && text.Contains(')') && LeavesFilter(text) ? TemplateDetector.Strong("ldap.filter") : default;
    }

    /// <summary>A whole key (<c>$ne</c>), a form's key (<c>user[$ne]</c>), or a key in JSON text (<c>{"$gt": …</c>, <c>{$gt: …</c>, <c>, $where: …</c>).</summary>
    private static bool IsOperator(ReadOnlySpan<char> text, int at)
    {
        var word = text.WordAt(at + 1);
        if (word.Length is < 2 or > 10 || !IsStoreWord(word))
            return false;
        var end = at + 1 + word.Length;
        if (at == 0)
            return end == text.Length;
        var before = text[at - 1];
        if (before == '[')
            return text.At(end) == ']';
        if (before is '"' or '\'')
            return text.At(end) == before && text.At(text.SkipBlanks(end + 1)) == ':';
        var opens = text.At(text.BackOverBlanks(at)) is '{' or ',';
        return opens && text.At(text.SkipBlanks(end)) == ':';
    }

    private static bool IsStoreWord(ReadOnlySpan<char> word)
    {
        foreach (var known in TemplateWords.StoreOperators)
            if (word.Is(known))
                return true;
        return false;
    }

    /// <summary>
    /// RFC 4515 filters are brackets within brackets, so a value that leaves one closes a bracket it never opened and begins another condition:
    /// <c>*)(uid=*</c>, <c>admin)(|</c>, <c>x)&amp;(cn=y</c>; or it begins with a wildcard and a bracket.
    /// </summary>
    private static bool LeavesFilter(ReadOnlySpan<char> text)
    {
        if (text.StartsWith("*(|(") || text.StartsWith("*(&("))
            return true;
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '(')
                depth++;
            else if (text[i] == ')' && --depth < 0)
                return Condition(text.Ahead(i + 1, 40));
        }

        return false;
    }

    private static bool Condition(ReadOnlySpan<char> rest)
    {
        if (rest is ['&' or '|', '(', ..])
            rest = rest[1..];
        if (rest.At(0) != '(')
            return false;
        rest = rest[1..];
        if (rest is ['|' or '&' or '!', ..])
            return true;
        var name = 0;
        while (char.IsAsciiLetterOrDigit(rest.At(name)))
            name++;
        return name > 0 && rest.At(name) == '=' && rest.At(name + 1) != '=';
    }
}
