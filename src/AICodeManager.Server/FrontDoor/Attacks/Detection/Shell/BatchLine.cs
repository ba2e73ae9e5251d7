namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>
/// A line for Windows' command interpreter that begins with <c>for</c> or <c>if</c>. Both are words of prose; the loop's
/// <c>%x in (</c> and the condition's operators are not.
/// </summary>
internal static class BatchLine
{
    public static bool IsBatch(ReadOnlySpan<char> text)
    {
        var start = text.SkipBlanks(0);
        while (text.At(start) is '&' or '|' or ' ' or ';')
            start++;
        if ((text.At(start) | 0x20) is not ('f' or 'i'))
            return false;
        if (text.StartsAt(start, "for "))
            return IsLoop(text[(start + 4)..]);
        return text.StartsAt(start, "if") && text.At(start + 2) is ' ' or '/' && IsCondition(text[(start + 2)..].TrimStart());
    }

    private static bool IsLoop(ReadOnlySpan<char> rest)
    {
        var variable = rest.Ahead(0, 64).IndexOf('%');
        return variable >= 0 && rest.Ahead(variable, 48).Has(" in (");
    }

    private static bool IsCondition(ReadOnlySpan<char> rest)
    {
        var insensitive = rest.StartsAt(0, "/i ");
        if (insensitive)
            rest = rest[3..].TrimStart();
        if (rest.StartsAt(0, "not "))
            rest = rest[4..].TrimStart();
        foreach (var test in Tests)
            if (rest.StartsAt(0, test))
                return Does(rest[test.Length..]);
        var line = rest.Ahead(0, 80);
        if (line.At(0) == '%' || line.At(0) == '"')
            foreach (var relation in Relations)
                if (line.Has(relation))
                    return true;

        // Glued, as the interpreter wants it: with blanks or brackets around it is any language's comparison.
        var equal = line.IndexOf("==");
        if (equal <= 0 || line[0] == '(' || line[equal - 1] == ' ' || line.At(equal + 2) == ' ')
            return insensitive && equal > 0;
        return line[..equal].IndexOfAny("%\"[{") >= 0 || Does(line[(equal + 2)..]);
    }

    /// <summary>Whether a command of the interpreter, a block or a path of Windows follows.</summary>
    private static bool Does(ReadOnlySpan<char> rest)
    {
        var line = rest.Ahead(0, 100);
        foreach (var command in Commands)
            if (line.Has(command))
                return true;
        return line.IndexOfAny("(%\"\\") >= 0;
    }

    private static readonly string[] Tests = ["exist ", "errorlevel ", "cmdextversion ", "defined "];

    private static readonly string[] Relations = [" equ ", " neq ", " lss ", " leq ", " gtr ", " geq "];

    private static readonly string[] Commands = [" echo", " goto", " cmd", " set ", " call ", " exit", " if ", " del ", " start "];
}
