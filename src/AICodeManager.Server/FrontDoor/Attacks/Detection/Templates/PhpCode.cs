using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>PHP: its opening tags, its request arrays, its objects, and values that are a call and nothing else.</summary>
internal static class PhpCode
{
    private static readonly SearchValues<char> CodeMarks = SearchValues.Create("(;$\"'`");

    /// <summary><c>&lt;?php</c>, <c>&lt;?=</c>, and <c>&lt;?</c> with something of code behind it; XML's own instructions have a name there.</summary>
    public static Finding Tag(ReadOnlySpan<char> text, int at)
    {
        if (text.At(at + 1) != '?')
            return default;
        var after = at + 2;
        var opens = text.StartsAt(after, "php") || text.At(after) == '=' || text.StartsAt(after, "xml :") || after >= text.Length
            || FoldedText.IsBlank(text[after]) && (text.Ahead(after, 64).ContainsAny(CodeMarks) || text.StartsAt(text.SkipBlanks(after), "echo"));
        return opens ? TemplateDetector.Strong("php.tag") : default;
    }

    /// <summary>The arrays of a request by name, and a call of what a variable at the value's beginning names.</summary>
    public static Finding Variable(ReadOnlySpan<char> text, int at)
    {
        var name = text.At(at + 1) == '_' || (text.At(at + 1) | 0x20) == 'g' ? text.Ahead(at + 1, 16).WordAt(0) : default;
        if (name.Length > 3 && text.At(at + 1 + name.Length) == '[' && IsSuperglobal(name))
            // "Escape $_GET['id']" is a title; code has a bracket, an operator or a quote before it.
            return at == 0 || text[at - 1] != ' ' || text.At(text.BackOverBlanks(at)) is '(' or '=' or '.' or ',' or '{' ? TemplateDetector.Strong("php.superglobal") : TemplateDetector.Weak("php.superglobal");
        return at < 4 && text[..at].Trim("@ \"'$").IsEmpty && IsCalled(text, at) ? TemplateDetector.Strong("php.variable_call") : default;
    }

    /// <summary>
    /// A value that is a call of a function that runs, reads or hides something, or an object written down (<c>O:8:"stdClass":0:{}</c>).
    /// <c>Fix strlen()</c> is a title.
    /// </summary>
    public static Finding Whole(ReadOnlySpan<char> text)
    {
        if ((text[0] is 'O' or 'o' or 'C' or 'a') && text[1] == ':' && IsObject(text))
            return TemplateDetector.Strong("php.object");
        var start = 0;
        while (start < text.Length && start < 12 && text[start] is '(' or '@' or '"' or '\'' or ';' or '|' or '&' or '{' or '$' or ' ' or '`' or '-' or '+' or ':' or '\\')
            start++;
        if (start >= text.Length || !char.IsAsciiLetter(text[start]))
            return default;
        var word = text.Ahead(start, 64).WordAt(0);
        if (word.Length is < 2 or > 48)
            return default;
        var end = start + word.Length;
        if (text.At(end) is not ('(' or ' ' or ')' or '/' or '#' or '=' or '\n') || !TemplateWords.IsPhpCall(word) || Argument(text, end) is not { } argument)
            return default;
        return argument is ')' && text.Length > end + 14 ? default : TemplateDetector.Strong("code.call");
    }

    /// <summary>A command given as text to a function that runs it: code wherever an expression may begin.</summary>
    public static Finding Command(ReadOnlySpan<char> text, int open)
    {
        if (text.At(open + 1) is not ('\'' or '"' or '$'))
            return default;
        var word = text.WordBefore(open);
        if (word.Length is < 6 or > 16 || !(word.Is("system") || word.Is("passthru") || word.Is("shell_exec") || word.Is("proc_open") || word.Is("pcntl_exec")))
            return default;
        return text.At(open - word.Length - 1) is ';' or '|' or '&' or '\'' or '"' or ' ' or '(' or '\0' or '@' or '.' or '\n' or '=' or '{' ? TemplateDetector.Strong("code.call") : default;
    }

    private static bool IsSuperglobal(ReadOnlySpan<char> name) =>
        name.Is("_get") || name.Is("_post") || name.Is("_request") || name.Is("_cookie") || name.Is("_server") || name.Is("_files") || name.Is("_session") || name.Is("_env") || name.Is("globals");

    /// <summary><c>$a(1)</c>, <c>$x->$y()</c>, <c>$$z(29)</c>, <c>${'a'}(11)</c>, <c>$_[@-_](…)</c>.</summary>
    private static bool IsCalled(ReadOnlySpan<char> text, int at)
    {
        while (text.At(at) == '$')
            at++;
        var name = text.Ahead(at, 40).WordAt(0);
        if (name.IsEmpty)
            return text.StartsAt(at, "{'") && text.Ahead(at, 40).Contains("}(", StringComparison.Ordinal);
        at += name.Length;
        if (text.StartsAt(at, "->$") || text.StartsAt(at, "=@$") || text.StartsAt(at, "=$"))
            return text.Ahead(at, 60).Contains('(');
        return text.At(at) == '(' && text.At(at + 1) is not (')' or '\0') || text.At(at) == '[' && text.At(at + 1) != ']' && text.Ahead(at, 40).Contains("](", StringComparison.Ordinal);
    }

    private static bool IsObject(ReadOnlySpan<char> text)
    {
        var i = 2;
        while (i < 8 && char.IsAsciiDigit(text.At(i)))
            i++;
        return i > 2 && text.At(i) == ':' && text.At(i + 1) is '"' or '{';
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
