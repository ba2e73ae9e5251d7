namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>
/// Cuts a value into SQL's tokens, in one pass. The value may begin inside a quoted text of ours: then its first token is what
/// stands before the quote that ends it. Reads what MySQL, PostgreSQL, SQL Server, Oracle and SQLite have in common and what is
/// peculiar to each; where they disagree, the reading that lets an attack go on is taken.
/// </summary>
internal ref struct SqlTokenizer(ReadOnlySpan<char> text, char quote)
{
    private readonly ReadOnlySpan<char> text = text;
    private int at;
    private bool apart;
    private SqlKind last;
    private bool begun = quote == '\0';

    /// <summary>Where the last line with anything in it begins; looked up once, and only for comments.</summary>
    private int lastLine = -1;

    /// <summary>The next token; kind <see cref="SqlKind.End"/> when there is none left.</summary>
    public SqlToken Next()
    {
        var token = Cut();
        last = token.Kind;
        return token;
    }

    private SqlToken Cut()
    {
        if (!begun)
        {
            begun = true;
            return First();
        }

        apart = false;
        while (at < text.Length)
        {
            var c = text[at];
            if (c is ' ' or '\n' or '[' or ']')
                at++;
            else if (c is '/' && Follows('*'))
            {
                if (SkipBlockComment() is { Kind: SqlKind.Comment } rest)
                    return rest;
            }
            else if (c is '*' && Follows('/'))
                at += 2; // the end of a MySQL comment whose content counts
            else if (c is '-' && Follows('-') || c is '#' && !IsHashOperator())
            {
                if (LineComment() is { Kind: not SqlKind.End } comment)
                    return comment;
            }
            else if (char.IsAsciiDigit(c) || c is '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))
            {
                if (Number() is { Kind: SqlKind.Number } number)
                    return number;
            }
            else
                return Other(c);
        }

        return Token(SqlKind.End, 0);
    }

    /// <summary>What stands before the quote that ends the text we are in. A doubled quote does not end it; a backslash hinders nobody.</summary>
    private SqlToken First()
    {
        var end = 0;
        while (true)
        {
            var next = text[end..].IndexOf(quote);
            if (next < 0)
            {
                at = text.Length;
                return new(SqlKind.OpenString, SqlWord.None, 0, text.Length, false);
            }

            end += next;
            if (end + 1 < text.Length && text[end + 1] == quote)
            {
                end += 2;
                continue;
            }

            at = end + 1;
            return new(SqlKind.String, SqlWord.None, 0, end, false);
        }
    }

    private SqlToken Other(char c)
    {
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        switch (c)
        {
            case '\'' or '"' or '`':
                return Quoted(c);
            case '(':
                return Token(SqlKind.Open, 1);
            case ')':
                return Token(SqlKind.Close, 1);
            case ',':
                return Token(SqlKind.Comma, 1);
            case ';':
                return Token(SqlKind.Semicolon, 1);
            case '.':
                return Token(SqlKind.Dot, 1);
            case '@' when next is not '>' and not '?':
                return Variable();
            case ':' when next == ':':
                return Token(SqlKind.Cast, 2);
            case '&' when next == '&':
                return Token(SqlKind.Logic, 2);
            case '|' when next == '|':
                return Token(SqlKind.Logic, 2, SqlWord.Concatenation);
            case '<' when next == '@':
                return Token(SqlKind.Operator, 2);
            case '~' or '!' when last is SqlKind.Name or SqlKind.Function or SqlKind.String or SqlKind.Close && (c == '~' || next == '~'):
                return Token(SqlKind.Compare, c == '~' ? 1 : 2); // PostgreSQL's regular expressions; before a value, ~ turns its bits
            case '=' or '<' or '>' or '!' or '~' or '^' or '|' or '&' or '+' or '-' or '*' or '/' or '%' or '?' or '@' or '#' or ':':
                return Signs();
        }

        if (char.IsAsciiLetter(c) || c is '_' or '$' || (c > '\x7F' && char.IsLetter(c)))
            return Word();
        return Token(SqlKind.Other, 1);
    }

    /// <summary>A run of operator signs: a comparison if one of them compares. A sign of its own begins where <c>-</c>, <c>+</c>, <c>~</c> or <c>!</c> follows.</summary>
    private SqlToken Signs()
    {
        var end = at + 1;
        var first = text[at];
        if (first is '=' or '<' or '>' or '!')
        {
            while (end < text.Length && text[end] is '=' or '<' or '>')
                end++;
            // MySQL's <=> and the plain ones; a lone ! is no comparison.
            if (first != '!' || end > at + 1)
                return Token(SqlKind.Compare, end - at, text[at..end] is "=" or "==" or "<=>" ? SqlWord.Equal : SqlWord.None);
        }
        else if (first is '-' or '#' or '@' or '?' or ':')
        {
            // PostgreSQL's JSON: ->, ->>, #>, #>>, @>, @?, ?|, ?&; and := of variables.
            while (end < text.Length && end < at + 3 && text[end] is '>' or '?' or '|' or '&' or '=')
                end++;
        }

        return Token(SqlKind.Operator, end - at);
    }

    private SqlToken Quoted(char mark)
    {
        var start = at + 1;
        for (var end = start; end < text.Length; end++)
        {
            if (text[end] == '\\')
                end++;
            else if (text[end] == mark)
            {
                if (end + 1 < text.Length && text[end + 1] == mark)
                {
                    end++;
                    continue;
                }

                at = end + 1;
                return new(SqlKind.String, SqlWord.None, start, end - start, apart);
            }
        }

        at = text.Length;
        return new(SqlKind.OpenString, SqlWord.None, start, text.Length - start, apart);
    }

    private SqlToken Variable()
    {
        var end = at + 1;
        while (end < text.Length && text[end] == '@')
            end++;
        while (end < text.Length && IsOfWord(text[end]))
            end++;
        return Token(SqlKind.Variable, end - at);
    }

    private SqlToken Word()
    {
        var end = at + 1;
        while (end < text.Length && IsOfWord(text[end]))
            end++;
        var meaning = SqlWords.Of(text[at..end]);
        return Token(meaning.Kind, end - at, meaning.Word);
    }

    /// <summary>
    /// A number, or nothing for MySQL's <c>1.e</c>: with an empty exponent it may stand before any name, dot or bracket and means
    /// nothing there, which hides what follows from readers that know only whole numbers.
    /// </summary>
    private SqlToken Number()
    {
        var end = at;
        if (text[at] == '0' && at + 2 < text.Length && text[at + 1] is 'x' or 'X' && char.IsAsciiHexDigit(text[at + 2]))
        {
            end += 2;
            while (end < text.Length && char.IsAsciiHexDigit(text[end]))
                end++;
            return Token(SqlKind.Number, end - at);
        }

        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '_'))
            end++;
        if (end < text.Length && text[end] == '.')
        {
            end++;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            var exponent = end + 1;
            if (exponent < text.Length && text[exponent] is '+' or '-')
                exponent++;
            if (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
            {
                while (exponent < text.Length && char.IsAsciiDigit(text[exponent]))
                    exponent++;
                end = exponent;
            }
            else if (text[end - 1] == '.' && (end + 1 == text.Length || !IsOfWord(text[end + 1])))
            {
                at = end + 1;
                apart = true;
                return default;
            }
        }

        return Token(SqlKind.Number, end - at);
    }

    /// <summary>A comment ends the query here, or is a blank before the next line; <see cref="SqlKind.End"/> for the latter.</summary>
    private SqlToken LineComment()
    {
        var behind = at + (text[at] == '#' ? 1 : 2);
        if (lastLine < 0)
            lastLine = text.TrimEnd(" \n").LastIndexOf('\n') + 1;
        if (behind < lastLine)
        {
            at = behind + text[behind..].IndexOf('\n') + 1;
            apart = true;
            return default;
        }

        if (text[at] == '-' && behind < text.Length && text[behind] is not (' ' or '\n' or '-' or '+'))
            return Token(SqlKind.Dashes, 2);
        var comment = new SqlToken(SqlKind.Comment, SqlWord.None, behind, text.Length - behind, apart);
        at = text.Length;
        return comment;
    }

    private SqlToken SkipBlockComment()
    {
        if (at + 2 < text.Length && text[at + 2] == '!')
        {
            // MySQL runs what is in /*!…*/ and /*!50000…*/.
            at += 3;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            apart = true;
            return default;
        }

        var end = text[(at + 2)..].IndexOf("*/");
        if (end < 0)
        {
            var comment = new SqlToken(SqlKind.Comment, SqlWord.None, at + 2, text.Length - at - 2, apart);
            at = text.Length;
            return comment;
        }

        at += end + 4;
        apart = true;
        return default;
    }

    private readonly bool IsHashOperator() => at + 1 < text.Length && text[at + 1] is '>' or '-';

    private readonly bool Follows(char c) => at + 1 < text.Length && text[at + 1] == c;

    private static bool IsOfWord(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || (c > '\x7F' && char.IsLetterOrDigit(c));

    private SqlToken Token(SqlKind kind, int length, SqlWord word = SqlWord.None)
    {
        var token = new SqlToken(kind, word, at, length, apart);
        at += length;
        return token;
    }
}
