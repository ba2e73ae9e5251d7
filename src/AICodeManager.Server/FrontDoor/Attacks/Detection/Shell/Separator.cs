using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>
/// The places of a text where a shell ends one command and begins the next, or puts a command's output in: what stands
/// before, which command follows, and what that command gets.
/// </summary>
internal ref struct Separator
{
    /// <summary>What may stand before a separator that still opens the value.</summary>
    private static readonly SearchValues<char> Opening = SearchValues.Create(" \n\"'`;|&)(\\$@{");

    private static readonly SearchValues<char> CodeMarks = SearchValues.Create("/\\$\"'`<>()#");

    private readonly ReadOnlySpan<char> text;

    /// <summary>Up to here there is nothing but quotes, brackets and separators.</summary>
    private readonly int opened;

    /// <summary>Up to here there is one token only.</summary>
    private readonly int token;

    /// <summary>How many commands were glued to a separator so far.</summary>
    private int glued;

    /// <summary>How many back-ticks were met: every second one closes what the one before opened.</summary>
    private int ticks;

    public Separator(ReadOnlySpan<char> text)
    {
        this.text = text;
        opened = text.IndexOfAnyExcept(Opening);
        if (opened < 0)
            opened = text.Length;
        var gap = text.IndexOfAny(' ', '\n');
        token = gap < 0 ? text.Length : text.SkipBlanks(gap);
    }

    public Finding Judge(int at)
    {
        var c = text[at];
        if (c == '`' && ticks++ % 2 == 1)
            return default;
        var next = text.At(at + 1);
        var width = c switch
        {
            '$' or '<' or '>' => next == '(' ? 2 : 0,
            _ => 1,
        };
        if (width == 0)
            return default;
        var from = CommandStart(c == '{' && next == ',' ? at + 2 : at + width);
        if (next == '$' && RunsVariable(at))
            return ShellDetector.Strong("shell.variable");

        // Most signs of prose are left here: a line of a paragraph, or what begins no command.
        if (from >= text.Length || c == '\n' && !Opens(at) || !(char.IsAsciiLetter(text[from]) || text[from] is '/' or '\\' or '\'' or '"' or '.' or '^' or '$' or '~' or '?' or '*' or '_'))
            return default;
        var word = CommandWord.Read(text, from);
        if (word.HasWildcard && c != '{' && (word.Kind != CommandKind.None || Argument.Of(text, word.End) == ArgumentShape.Path))
            return ShellDetector.Strong("shell.wildcard");
        if (word.Kind == CommandKind.None)
            return default;

        // "cd /;cd etc;comm passwd": one glued separator is a typing slip, two of them before commands are a line of a shell.
        if (c is ';' && from == at + 1 && text.At(word.End) == ' ' && ++glued > 1)
            return ShellDetector.Strong("shell.sequence");
        if (c == '{')
            return Brace(word);
        var argument = Argument.Of(text, word.End);
        // who$(echo am)i: within a word even a plain argument is no prose.
        var within = c is '$' or '`' && FoldedText.IsWord(text.At(at - 1)) && word.Kind != CommandKind.None;
        if (argument == ArgumentShape.Prose && !within)
            return BeginsLine(at, word) ? ShellDetector.Strong("shell.command") : default;
        return c switch
        {
            '`' => BackTick(at, word),
            '$' or '<' or '>' => Substitution(at, word),
            '\n' => Line(at, word, argument),
            _ => Joined(at, word, argument),
        };
    }

    /// <summary>A command held in a variable that the same line sets: <c>c=cat&amp;&amp;$c $a</c>.</summary>
    private readonly bool RunsVariable(int at)
    {
        if (text[at] is not (';' or '&' or '|') || text.At(at + 1) != '$' || !char.IsAsciiLetter(text.At(at + 2)))
            return false;
        var name = text.Ahead(at + 2, 24).WordAt(0);
        var before = text[Math.Max(0, at - 128)..at];
        for (var equals = before.IndexOf('='); equals >= 0;)
        {
            if (before.WordBefore(equals).SequenceEqual(name))
                return true;
            var next = before[(equals + 1)..].IndexOf('=');
            equals = next < 0 ? -1 : equals + 1 + next;
        }

        return false;
    }

    /// <summary>A value that begins with a separator continues a command line, and what follows is a command whatever its argument; a table's row is full of bars.</summary>
    private readonly bool BeginsLine(int at, in CommandWord word) =>
        at < opened && word.Kind == CommandKind.Sure && text[at] is ';' or '|' or '&' && (text[at] != '|' || text[word.End..].IndexOf(" |") < 0);

    /// <summary>Behind blanks, doubled separators, opening brackets and one unset variable.</summary>
    private readonly int CommandStart(int at)
    {
        var most = Math.Min(text.Length, at + 12);
        while (at < most && text[at] is '|' or '&' or '(' or '`' or '@' or ' ' or '$')
            at++;
        if (text.At(at - 1) == '$' && FoldedText.IsWord(text.At(at)))
        {
            var variable = text.Ahead(at, 24).WordAt(0).Length;
            if (text.At(at + variable) == ' ')
                at = text.SkipBlanks(at + variable);
        }

        return at;
    }

    /// <summary><c>;</c>, <c>|</c>, <c>&amp;</c> and their doubles.</summary>
    private readonly Finding Joined(int at, in CommandWord word, ArgumentShape argument)
    {
        var c = text[at];
        var doubled = text.At(at + 1) == c;
        var glue = !FoldedText.IsBlank(text.At(at + 1)) && at > 0 && !FoldedText.IsBlank(text[at - 1]);

        // "&lt;", "?a=1&id=5": an entity or the next parameter.
        if (c == '&' && !doubled && text.At(word.End) is ';' or '=')
            return default;

        // A table's cells, "| id | name |", are words between bars with blanks around.
        if (c == '|' && FoldedText.IsBlank(text.At(at + 1)) && FoldedText.IsBlank(text.At(word.End)) && text.At(text.SkipBlanks(word.End)) == '|')
            return default;

        var opens = Opens(at);
        if (word.Kind == CommandKind.Sure || word.HasPath || word.Tricks > 1)
        {
            if (opens || glue || text.Ahead(word.End, 64).Has("/etc/"))
                return ShellDetector.Strong("shell.command");
            // "ps aux | grep -v node" is how developers speak of pipes.
            return argument is ArgumentShape.Flag or ArgumentShape.Path or ArgumentShape.Substitution or ArgumentShape.Address ? ShellDetector.Weak("shell.pipeline") : default;
        }

        // "?x&more" and "Mozilla/5.0 (X11; U; id)": one glued & and a word in a list are no command.
        if (!opens || c == '&' && glue && !doubled)
            return default;
        if (at >= opened && argument is ArgumentShape.Quoted or ArgumentShape.Closed && IsList(at, word))
            return glue ? ShellDetector.Weak("shell.command") : default;
        return argument == ArgumentShape.Quoted && at >= opened ? default : ShellDetector.Strong("shell.command");
    }

    /// <summary>Names of columns between separators, <c>name;date</c>, <c>Title | time</c>: words before and after, and nothing else.</summary>
    private readonly bool IsList(int at, in CommandWord word)
    {
        var before = text.WordBefore(text.BackOverBlanks(at) + 1);
        if (before.Length < 2 || before.IndexOfAnyExceptInRange('A', 'z') >= 0)
            return false;
        var after = text.Ahead(word.End, 64);
        return word.Tricks == 0 && !after.ContainsAny(CodeMarks) && after.TrimEnd() is not [.., ';' or '|' or '&'];
    }

    /// <summary>Markdown sets code in back-ticks: a command counts when it is glued to a word, or is all there is.</summary>
    private readonly Finding BackTick(int at, in CommandWord word)
    {
        var close = text[(at + 1)..].IndexOf('`');
        if (close < 0)
            return default;
        var end = at + 1 + close;
        var before = text.At(at - 1);
        var glue = at > 0 && (FoldedText.IsWord(before) || before is ';' or '|' or '&' or '$' or '{' or '=' || before is '"' or '\'' && before == text.At(end + 1));
        var alone = at <= opened && text.SkipBlanks(end + 1) + 2 >= text.Length;
        return glue || alone ? ShellDetector.Strong("shell.substitution") : default;
    }

    /// <summary>Documentation and build servers speak of <c>$(date)</c> too: a word of prose counts only where it opens the value or is glued into a word.</summary>
    private readonly Finding Substitution(int at, in CommandWord word) =>
        word.Kind == CommandKind.Sure || at <= opened || FoldedText.IsWord(text.At(at - 1))
            ? ShellDetector.Strong("shell.substitution")
            : ShellDetector.Weak("shell.substitution");

    /// <summary><c>{cat,/etc/passwd}</c>: a brace expansion in place of blanks.</summary>
    private readonly Finding Brace(in CommandWord word) =>
        text.At(word.Start - 1) is ',' or '\'' && text.At(word.End) is ',' or '}' ? ShellDetector.Strong("shell.brace") :
        text.At(word.End) == ',' && text.At(word.End + 1) is '/' or '-' or '.' ? ShellDetector.Strong("shell.brace") : default;

    /// <summary>
    /// A line of its own. Descriptions show commands in lines too; an injected line follows one token (<c>127.0.0.1\nid</c>) or nothing.
    /// </summary>
    private readonly Finding Line(int at, in CommandWord word, ArgumentShape argument) =>
        Opens(at) && (word.Kind == CommandKind.Sure || word.HasPath || argument != ArgumentShape.Quoted && at < opened) ? ShellDetector.Strong("shell.line") : default;

    /// <summary>Whether the separator opens the value, follows one token only, or closes a quote.</summary>
    private readonly bool Opens(int at)
    {
        if (at <= opened || at <= token)
            return true;
        var before = text.BackOverBlanks(at);
        return text[before] is '\'' or '"';
    }
}
