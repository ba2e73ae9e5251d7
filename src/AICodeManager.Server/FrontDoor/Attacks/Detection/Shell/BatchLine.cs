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
        if (text.StartsAt(start, "for "))
            return IsLoop(text[(start + 4)..]);
        return text.StartsAt(start, "if ") && IsCondition(text[(start + 3)..].TrimStart());
    }

    private static bool IsLoop(ReadOnlySpan<char> rest)
    {
        var variable = rest.Ahead(0, 64).IndexOf('%');
        return variable >= 0 && rest.Ahead(variable, 48).Has(" in (");
    }

    private static bool IsCondition(ReadOnlySpan<char> rest)
    {
        if (rest.StartsAt(0, "/i "))
            return rest.Ahead(0, 80).Contains("==", StringComparison.Ordinal);
        if (rest.StartsAt(0, "not "))
            rest = rest[4..].TrimStart();
        if (rest.StartsAt(0, "errorlevel ") || rest.StartsAt(0, "cmdextversion ") || rest.StartsAt(0, "defined "))
            return rest.Ahead(0, 120).ContainsAny('(', '%', '.') || char.IsAsciiDigit(rest.At(11));
        if (rest.StartsAt(0, "exist "))
            return rest.Ahead(6, 60).ContainsAny("(.\\\"%") || rest.Has(" cmd") || rest.Has(" echo");
        if (rest.At(0) is not ('"' or '%' or '(' or '\''))
            return false;
        var line = rest.Ahead(0, 80);
        return line.Contains("==", StringComparison.Ordinal) || line.Has("% equ ") || line.Has("% neq ") || line.Has(" geq ") || line.Has(" leq ") || line.Has(" equ ");
    }
}
