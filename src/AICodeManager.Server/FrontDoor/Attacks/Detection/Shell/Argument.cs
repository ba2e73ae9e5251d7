namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;

/// <summary>What follows a command's name.</summary>
internal enum ArgumentShape
{
    /// <summary>A word as any sentence has; also what a query string or a definition puts there (<c>=</c>, <c>:</c>).</summary>
    Prose,

    /// <summary>The value's end, or what closes a command.</summary>
    Closed,

    Flag,
    Path,
    Redirect,
    Substitution,
    Quoted,
    Number,

    /// <summary>A URL, an address or a host's name.</summary>
    Address,
}

internal static class Argument
{
    private const int Look = 48;

    public static ArgumentShape Of(ReadOnlySpan<char> text, int at)
    {
        var glued = text.At(at);
        if (at < text.Length && !FoldedText.IsBlank(glued))
            return glued switch
            {
                ')' or '`' or ';' or '|' or '&' or '\'' or '"' or '#' or '}' => ArgumentShape.Closed,
                '<' or '>' => ArgumentShape.Redirect,
                '$' or '{' => ArgumentShape.Substitution,
                '\\' when text.At(at + 1) is 'n' or 'r' or 't' => ArgumentShape.Closed,
                '(' => ArgumentShape.Quoted,
                '%' when text.StartsAt(at, "%20") || text.StartsAt(at, "%09") || text.StartsAt(at, "%0a") => ArgumentShape.Quoted,
                _ => ArgumentShape.Prose,
            };

        if (text.Ahead(at, 2) is [' ', '\n'] or ['\n', ..])
            return ArgumentShape.Closed;
        at = text.SkipBlanks(at);
        if (at >= text.Length)
            return ArgumentShape.Closed;
        var word = text.Ahead(at, Look);
        var end = word.IndexOfAny(' ', '\n');
        if (end >= 0)
            word = word[..end];
        return Shape(word);
    }

    private static ArgumentShape Shape(ReadOnlySpan<char> word) => word[0] switch
    {
        '-' when word.Length > 1 && (char.IsAsciiLetterOrDigit(word[1]) || word[1] == '-' && char.IsAsciiLetter(word.At(2))) => ArgumentShape.Flag,
        '/' when word.Length > 1 => ArgumentShape.Path,
        '/' or '*' or '~' => ArgumentShape.Path,
        '.' when word.At(1) is '/' or '.' => ArgumentShape.Path,
        '%' when word[1..].Contains('%') => ArgumentShape.Path,
        '$' or '`' => ArgumentShape.Substitution,
        '>' or '<' => ArgumentShape.Redirect,
        '\'' or '"' => ArgumentShape.Quoted,
        ';' or '|' or '&' or ')' or '#' or '}' => ArgumentShape.Closed,
        _ when word.At(1) == ':' && word.At(2) is '\\' or '/' => ArgumentShape.Path,
        _ when word.Contains("://", StringComparison.Ordinal) => ArgumentShape.Address,
        _ when char.IsAsciiDigit(word[0]) => word.Count('.') == 3 ? ArgumentShape.Address : ArgumentShape.Number,
        _ when word[1..].Contains('/') || word[1..].Contains('\\') => ArgumentShape.Path,
        _ when word.IndexOf('.') is > 0 and var dot && dot < word.Length - 1 && char.IsAsciiLetter(word[dot + 1]) => ArgumentShape.Address,
        // net user, net view, net localgroup …
        _ when word.Is("user") || word.Is("view") || word.Is("localgroup") || word.Is("group") || word.Is("firewall") || word.Is("advfirewall") => ArgumentShape.Flag,
        _ => ArgumentShape.Prose,
    };
}
