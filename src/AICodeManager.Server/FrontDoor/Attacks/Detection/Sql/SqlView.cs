using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>How sure it is that a token begins SQL of the sender's own.</summary>
internal enum BreakOut
{
    /// <summary>It stands among other words.</summary>
    None,

    /// <summary>It begins the value, or follows a number that does: enough where our query takes the value bare.</summary>
    Bare,

    /// <summary>It follows the quote that ends our query's quoted text.</summary>
    Quote,
}

/// <summary>A value as tokens, read in one context. Asking beyond either end gives <see cref="SqlKind.End"/>.</summary>
internal readonly ref struct SqlView(ReadOnlySpan<char> text, ReadOnlySpan<SqlToken> tokens, char quote)
{
    /// <summary>No rule looks further than this from where it stands, so that work stays in proportion to the value.</summary>
    public const int Reach = 48;

    private static readonly SearchValues<char> NoWords = SearchValues.Create(" -+;\n*/");

    private readonly ReadOnlySpan<char> text = text;
    private readonly ReadOnlySpan<SqlToken> tokens = tokens;

    public int Count => tokens.Length;

    /// <summary>The quoted text that the value is taken to begin in; NUL where it stands bare.</summary>
    public char Quote { get; } = quote;

    public SqlToken this[int index] => (uint)index < (uint)tokens.Length ? tokens[index] : default;

    public ReadOnlySpan<char> Text(int index) => text.Slice(this[index].At, this[index].Length);

    /// <summary>The sign right before the token's text: of a quoted text, its quote.</summary>
    public char TextBefore(int index) => this[index].At > 0 ? text[this[index].At - 1] : '\0';

    public bool Is(int index, SqlWord word) => this[index].Word == word;

    public bool Is(int index, SqlKind kind) => this[index].Kind == kind;

    /// <summary>Whether the next token begins right where this one ends.</summary>
    public bool Touches(int index) => this[index].At + this[index].Length == this[index + 1].At;

    /// <summary>A call: a function's name, or a name of any kind, with an opening bracket.</summary>
    public bool IsCall(int index) => this[index].Kind is SqlKind.Function or SqlKind.Name && Is(index + 1, SqlKind.Open);

    /// <summary>What lies before this token on the value's way from its beginning.</summary>
    public BreakOut Before(int index)
    {
        var at = index - 1;
        for (var steps = 0; steps < Reach && this[at].Kind == SqlKind.Close; steps++)
            at--;
        if (at < 0)
            return BreakOut.Bare;
        if (Quote != '\0')
            return at == 0 ? BreakOut.Quote : BreakOut.None;
        // A number, or a short sum of numbers: -1, 5-4, (7.
        for (var steps = 0; steps < 8 && at > 0 && this[at].Kind == SqlKind.Number && this[at - 1].Kind is SqlKind.Operator or SqlKind.Open; steps++)
            at -= at > 1 && this[at - 2].Kind == SqlKind.Number ? 2 : 1;
        return at == 0 && this[at].Kind is SqlKind.Number or SqlKind.Variable or SqlKind.Operator or SqlKind.Open ? BreakOut.Bare : BreakOut.None;
    }

    /// <summary>Whether the value ends in a comment without a word: nothing but the rest of our query is meant by it.</summary>
    public bool EndsInComment => Is(Count - 1, SqlKind.Comment) && IsEmptyComment(Count - 1);

    public bool IsEmptyComment(int index) => !Text(index).ContainsAnyExcept(NoWords);

    /// <summary>The token behind the bracket that closes the one here, or behind the last one looked at.</summary>
    public int BehindBrackets(int open)
    {
        var depth = 0;
        var at = open;
        for (var steps = 0; steps < Reach; steps++, at++)
        {
            if (Is(at, SqlKind.Open))
                depth++;
            else if (Is(at, SqlKind.Close) && --depth == 0)
                return at + 1;
            else if (Is(at, SqlKind.End))
                return at;
        }

        return at;
    }
}
