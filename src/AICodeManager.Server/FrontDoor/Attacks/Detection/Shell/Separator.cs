namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>
/// A place where a shell ends one command and begins the next, or puts a command's output in: what stands before it, which
/// command follows, and what that command gets.
/// </summary>
internal static class Separator
{
    public static Finding Judge(ReadOnlySpan<char> text, int at)
    {
        var c = text[at];
        var next = text.At(at + 1);
        var opener = c switch
        {
            '$' when next == '(' => 2,
            '<' or '>' when next == '(' => 2,
            ';' or '|' or '&' or '\n' or '`' or '(' or '{' => 1,
            _ => 0,
        };
        if (opener == 0)
            return default;
        var from = at + opener;
        while (text.At(from) is '|' or '&' or '(' or '`' or '@' or '\\' or ' ' or '$' && from < text.Length)
            from++;
        if (from >= text.Length)
            return default;
        var word = CommandWord.Read(text, from);
        if (word.HasWildcard && c is not ('(' or '{') && (word.Kind != CommandKind.None || Argument.Of(text, word.End) == ArgumentShape.Path))
            return ShellDetector.Strong("shell.wildcard");
        if (word.Kind == CommandKind.None)
            return default;

        var argument = Argument.Of(text, word.End);
        if (argument == ArgumentShape.Prose)
            return default;
        return c switch
        {
            '`' => BackTick(text, at, word),
            '$' or '<' or '>' => Substitution(text, at, word),
            '(' => default,
            '{' => Brace(text, word),
            '\n' => Line(text, at, word, argument),
            _ => Joined(text, at, word, argument),
        };
    }

    /// <summary><c>;</c>, <c>|</c>, <c>&amp;</c> and their doubles.</summary>
    private static Finding Joined(ReadOnlySpan<char> text, int at, in CommandWord word, ArgumentShape argument)
    {
        // "&lt;", "?a=1&id=5": an entity or the next parameter.
        if (text[at] == '&' && text.At(at + 1) != '&' && text.At(word.End) is ';' or '=')
            return default;
        var opens = Opens(text, at);
        // A table's cells, "| id | name |", are words between bars with blanks around.
        if (text[at] == '|' && FoldedText.IsBlank(text.At(at + 1)) && argument == ArgumentShape.Closed && text.At(text.SkipBlanks(word.End)) == '|'
            && FoldedText.IsBlank(text.At(word.End)))
            return default;
        if (word.Kind == CommandKind.Sure || word.HasPath || word.Tricks > 1)
            return opens || argument is ArgumentShape.Flag or ArgumentShape.Path or ArgumentShape.Substitution or ArgumentShape.Address || Glued(text, at)
                || text.At(at + 1) == text[at]
                ? ShellDetector.Strong("shell.command")
                : ShellDetector.Weak("shell.command");

        // "?x&more" and "Mozilla/5.0 (X11; U; id)": one glued & and a word in a list are no command.
        if (!opens || text[at] == '&' && Glued(text, at) && text.At(at + 1) != '&' && at > 0)
            return default;
        return argument is ArgumentShape.Number ? ShellDetector.Strong("shell.command")
            : argument is ArgumentShape.Quoted && at > 0 && !Opened(text, at) ? default
            : ShellDetector.Strong("shell.command");
    }

    /// <summary>Markdown sets code in back-ticks: a command counts when it is glued to a word, or is all there is.</summary>
    private static Finding BackTick(ReadOnlySpan<char> text, int at, in CommandWord word)
    {
        var close = text[(at + 1)..].IndexOf('`');
        if (close < 0)
            return default;
        var end = at + 1 + close;
        var glued = at > 0 && (FoldedText.IsWord(text[at - 1]) || text[at - 1] is ';' or '|' or '&' or '$' or '(' or '{' or '"' or '\'' && text[at - 1] == text.At(end + 1));
        var alone = text[..at].Trim(" \"'").IsEmpty && text[(end + 1)..].Trim(" \"';").IsEmpty;
        return glued || alone ? ShellDetector.Strong("shell.substitution") : default;
    }

    private static Finding Substitution(ReadOnlySpan<char> text, int at, in CommandWord word)
    {
        // Documentation and CI speak of $(date) too: a word of prose counts only where the substitution opens the value or is glued into a word.
        var counts = word.Kind == CommandKind.Sure || Opened(text, at) || FoldedText.IsWord(text.At(at - 1));
        return counts ? ShellDetector.Strong("shell.substitution") : ShellDetector.Weak("shell.substitution");
    }

    /// <summary>{cat,/etc/passwd}: a brace expansion in place of blanks.</summary>
    private static Finding Brace(ReadOnlySpan<char> text, in CommandWord word) =>
        text.At(word.End) == ',' && text.At(word.End + 1) is '/' or '-' or '.' ? ShellDetector.Strong("shell.brace") : default;

    /// <summary>
    /// A line of its own. Descriptions show commands in lines too; an injected line follows one token (<c>127.0.0.1\nid</c>) or nothing.
    /// </summary>
    private static Finding Line(ReadOnlySpan<char> text, int at, in CommandWord word, ArgumentShape argument)
    {
        if (!Opens(text, at))
            return default;
        return word.Kind == CommandKind.Sure || word.HasPath || argument is not ArgumentShape.Quoted && text.At(at + 1) == text.At(word.Start - 1)
            ? ShellDetector.Strong("shell.line")
            : default;
    }

    /// <summary>Whether the separator opens the value, closes a quote or bracket, or follows one token only.</summary>
    private static bool Opens(ReadOnlySpan<char> text, int at)
    {
        if (Opened(text, at))
            return true;
        var before = text.BackOverBlanks(at);
        return text[before] is '\'' or '"' or ')' && text.Ahead(0, before).IndexOf(' ') < 0 || text[..at].TrimEnd().IndexOfAny(' ', '\n') < 0;
    }

    /// <summary>Whether nothing but quotes, brackets and separators stands before.</summary>
    private static bool Opened(ReadOnlySpan<char> text, int at) => !text[..at].ContainsAnyExcept(" \n\"'`;|&)(\\$@{");

    /// <summary>No blank on either side.</summary>
    private static bool Glued(ReadOnlySpan<char> text, int at) => !FoldedText.IsBlank(text.At(at + 1)) && at > 0 && !FoldedText.IsBlank(text[at - 1]);
}
