namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>
/// The word where a shell expects a command, as the shell reads it: quotes, backslashes, carets, empty substitutions and
/// unset variables inside the word are gone (<c>w'h'o'am'i</c>, <c>c\a\t</c>, <c>wh$@oami</c>, <c>who$(echo am)i</c>), a path before the name too.
/// </summary>
internal ref struct CommandWord
{
    private const int Longest = 64;

    private CommandWord(int start, int end) => (Start, End) = (start, end);

    public int Start { get; }

    /// <summary>Behind the word.</summary>
    public int End { get; private set; }

    /// <summary>What was dropped inside the word; a plain word has none.</summary>
    public int Tricks { get; private set; }

    /// <summary>Substitutions of nothing and unset variables among them, which no prose has inside a word.</summary>
    public int Empties { get; private set; }

    /// <summary>Whether the word was written with the path of a folder of programs: <c>/usr/bin/id</c>.</summary>
    public bool HasPath { get; private set; }

    /// <summary>Whether <c>? * [</c> stand in a word that begins with a slash: <c>/???/c?t</c>.</summary>
    public bool HasWildcard { get; private set; }

    public CommandKind Kind { get; private set; }

    public static CommandWord Read(ReadOnlySpan<char> text, int start)
    {
        var word = new CommandWord(start, start);
        Span<char> name = stackalloc char[Longest];
        var length = 0;
        var slash = -1;
        var i = start;
        for (; i < text.Length && length < Longest && i - start < 2 * Longest; i++)
        {
            var c = text[i];
            if (FoldedText.IsWord(c) || c is '.' or '-' or '+' or '/' or '~')
            {
                if (c == '/')
                    slash = length;
                name[length++] = c;
            }
            else if (c is '?' or '*' && text.At(start) == '/')
            {
                word.HasWildcard = true;
                name[length++] = c;
            }
            else if (c is '[' or ']' && text.At(start) == '/')
            {
                // A set of one letter, /bi[n]/sh, is that letter.
                word.HasWildcard = true;
            }
            else if (c == '\\' && text.At(i + 1) is 'n' or 'r' or 't' && !char.IsAsciiLetter(text.At(i + 2)) && ShellWords.Kind(name[(slash + 1)..length]) != CommandKind.None)
            {
                // "id\n": an escape that ends the word, written out.
                break;
            }
            else if (Dropped(text, i) is > 0 and var dropped)
            {
                word.Tricks++;
                word.Empties += dropped > 1 && i > start ? 1 : 0;
                i += dropped - 1;
            }
            else
            {
                break;
            }
        }

        word.End = i;
        var plain = name[(slash + 1)..length].TrimEnd('.');
        word.HasPath = slash >= 0 && IsFolder(name[..slash]);
        word.Kind = slash < 0 || word.HasPath ? ShellWords.Kind(plain) : CommandKind.None;
        // python3.10
        if (word.Kind == CommandKind.None && plain.Length > 3 && char.IsAsciiDigit(plain[^1]) && (slash < 0 || word.HasPath) && ShellWords.Kind(plain.TrimEnd("0123456789.")) == CommandKind.Sure)
            word.Kind = CommandKind.Sure;
        return word;
    }

    private static bool IsFolder(ReadOnlySpan<char> folder) =>
        folder.EndsWith("bin") || folder.EndsWith("busybox") || folder.EndsWith("system32", StringComparison.OrdinalIgnoreCase);

    /// <summary>How many characters a shell would drop here without ending the word.</summary>
    private static int Dropped(ReadOnlySpan<char> text, int i)
    {
        var next = text.At(i + 1);
        switch (text[i])
        {
            case '\'' or '"':
                // A string of nothing inside a word, ti''me, joins what it parts.
                return next == text[i] && i > 0 && char.IsAsciiLetter(text[i - 1]) && char.IsAsciiLetter(text.At(i + 2)) ? 2 : 1;
            case '^':
                return 1;
            case '\\' when char.IsAsciiLetterOrDigit(next):
                return 1;
            case '$' when next is '@' or '*' or '!' or '?':
                return 2;
            case '$' when next == '{' || next == '(':
                var rest = text.Ahead(i + 2, 24);
                var close = rest.IndexOf(next == '{' ? '}' : ')');
                return close < 0 ? 0 : close + 3;
            case '<' or '>' when next == '(' && text.At(i + 2) == ')':
                return 3;
            case '`' when next == '`':
                return 2;
            default:
                return 0;
        }
    }
}
