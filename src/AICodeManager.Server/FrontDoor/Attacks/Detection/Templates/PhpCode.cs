namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>PHP: its opening tags, its request arrays, and values that are a call and nothing else.</summary>
internal static class PhpCode
{
    public static Finding Judge(ReadOnlySpan<char> text)
    {
        if (text.Contains("<?", StringComparison.Ordinal) && HasTag(text))
            return TemplateDetector.Strong("php.tag");
        if (text.Contains('$'))
        {
            if (text.Has("$_get[") || text.Has("$_post[") || text.Has("$_request[") || text.Has("$_cookie[") || text.Has("$_server[") || text.Has("$_files[") || text.Has("$globals["))
                return TemplateDetector.Strong("php.superglobal");
            if (IsVariableCall(text))
                return TemplateDetector.Strong("php.variable_call");
        }

        return text.Contains('(') ? Call(text) : default;
    }

    /// <summary><c>&lt;?php</c>, <c>&lt;?=</c>, and <c>&lt;?</c> with something of code behind it; XML's own instructions have a name there.</summary>
    private static bool HasTag(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf("<?"); at >= 0;)
        {
            var after = at + 2;
            if (text.StartsAt(after, "php") || text.At(after) == '=')
                return true;
            if (!text.StartsAt(after, "x") && (after >= text.Length || FoldedText.IsBlank(text[after]) && text.Ahead(after, 64).ContainsAny("(;$\"'`")))
                return true;
            if (text.StartsAt(after, "xml :"))
                return true;
            var next = text[after..].IndexOf("<?");
            at = next < 0 ? -1 : after + next;
        }

        return false;
    }

    /// <summary>A value that is a call of what a variable names: <c>$a(1)</c>, <c>$x->$y()</c>, <c>$$z(29)</c>, <c>${'a'}(11)</c>.</summary>
    private static bool IsVariableCall(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (text.At(at) is '@' or ' ' or '"' or '\'')
            at++;
        if (text.At(at) != '$')
            return false;
        while (text.At(at) == '$')
            at++;
        var name = text.WordAt(at);
        if (name.IsEmpty)
            return text.StartsAt(at, "{'") && text.Ahead(at, 40).Contains("}(", StringComparison.Ordinal);
        at += name.Length;
        if (text.StartsAt(at, "->$") || text.StartsAt(at, "=@$") || text.StartsAt(at, "=$"))
            return text.Ahead(at, 60).Contains('(');
        return text.At(at) == '(' && text.At(at + 1) != ')' || text.At(at) == '[' && text.Ahead(at, 40).Contains("](", StringComparison.Ordinal);
    }

    /// <summary>
    /// A call of a function that runs, reads or hides something. With a text as its argument it counts wherever an expression
    /// may begin; else only where the call is all there is. <c>strlen()</c> in a title is neither.
    /// </summary>
    private static Finding Call(ReadOnlySpan<char> text)
    {
        var start = text.SkipBlanks(0);
        while (text.At(start) is '(' or '@' or '"' or '\'' or ';' or '|' or '&' or '{' or '$' or ' ' or '`' or '-' or '+')
            start++;
        var word = text.WordAt(start);
        // What stands before a call in code: an operator, or nothing.
        if (word.Length is > 2 and < 40 && word.IndexOfAny(TemplateWords.PhpCalls) == 0 && Argument(text, start + word.Length) is { } argument)
            return argument is ')' && text.Length > start + word.Length + 12 ? default : TemplateDetector.Strong("code.call");

        for (var at = text.IndexOf('('); at >= 0;)
        {
            if (text.At(at + 1) is '\'' or '"' or '$' && IsCommand(text, at))
                return TemplateDetector.Strong("code.call");
            var next = text[(at + 1)..].IndexOf('(');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return default;
    }

    private static bool IsCommand(ReadOnlySpan<char> text, int open)
    {
        var start = open;
        while (start > 0 && FoldedText.IsWord(text[start - 1]) && open - start < 16)
            start--;
        var word = text[start..open];
        var caller = text.At(start - 1);
        return (word.Is("system") || word.Is("passthru") || word.Is("shell_exec") || word.Is("proc_open") || word.Is("pcntl_exec")) && caller is ';' or '|' or '&' or '\'' or '"' or ' ' or '(' or '\0' or '@' or '.' or '\n';
    }

    /// <summary>The first character of a call's argument, behind blanks, comments and a closing bracket; none if nothing is called.</summary>
    private static char? Argument(ReadOnlySpan<char> text, int at)
    {
        at = text.SkipBlanks(at);
        if (text.StartsAt(at, "/*") && text.Ahead(at, 64).IndexOf("*/") is > 0 and var end)
            at = text.SkipBlanks(at + end + 2);
        if (text.At(at) == '#' && text.Ahead(at, 64).IndexOf('\n') is > 0 and var line)
            at = text.SkipBlanks(at + line + 1);
        if (text.At(at) is ')' or '=')
            at++;
        if (text.At(at) != '(')
            return null;
        at = text.SkipBlanks(at + 1);
        return text.At(at) == '\0' ? ')' : text[at];
    }
}
