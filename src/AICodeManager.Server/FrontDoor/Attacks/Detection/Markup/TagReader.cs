namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>
/// The attributes of one start tag, from behind its name to its end. Separators are whatever a browser lets pass (blanks,
/// slashes, quotes) and more. Without <c>quotes</c> a quote ends nothing and the next <c>&lt;</c> ends the tag.
/// </summary>
internal ref struct TagReader(ReadOnlySpan<char> text, int at, ElementKind kind, bool quotes, bool nested)
{
    private readonly ReadOnlySpan<char> text = text;
    private readonly bool quotes = quotes;
    private readonly bool nested = nested;

    public ElementKind Kind { get; } = kind;

    /// <summary>Where the reading stopped: behind <c>&gt;</c>, at the next <c>&lt;</c>, or at the text's end.</summary>
    public int End { get; private set; } = at;

    /// <summary>Whether there was a <c>&gt;</c>.</summary>
    public bool Closed { get; private set; }

    public bool HasAttributes { get; private set; }

    public Finding Read()
    {
        while (End < text.Length)
        {
            var c = text[End];
            if (c == '>')
            {
                Closed = true;
                End++;
                return default;
            }

            if (c == '<' && !quotes)
                return default;
            if (!IsNamePart(c))
            {
                End++;
                continue;
            }

            var finding = Attribute();
            if (finding.Any)
                return finding;
        }

        return default;
    }

    private Finding Attribute()
    {
        var start = End;
        while (End < text.Length && IsNamePart(text[End]))
            End++;
        var name = text[start..End];
        HasAttributes = true;

        // onload!#$%&()*~=… and "onerror /=": only the letters count, and the sign may come after some rubbish.
        var equals = text.SkipBlanks(End);
        if (MarkupWords.IsHandler(name))
        {
            while (equals < text.Length && equals - End < 48 && text[equals] is not ('=' or '<' or '>') && !char.IsAsciiLetterOrDigit(text[equals]))
                equals += text.StartsAt(equals, "\\x") ? 4 : 1;
            if (text.At(equals) == '=')
                return MarkupDetector.Strong("html.handler");
        }

        if (text.At(equals) != '=')
            return name.Is("srcdoc") ? MarkupDetector.Strong("html.srcdoc") : default;
        var value = Value(equals + 1);
        return AttributeRules.Judge(Kind, name, value, nested);
    }

    private ReadOnlySpan<char> Value(int at)
    {
        at = text.SkipBlanks(at);
        var quote = text.At(at);
        if (quote is '"' or '\'' or '`')
        {
            // The blind walk goes on inside the value, but a scheme may hide behind the quote: it looks a constant way ahead.
            var ahead = quotes ? text[(at + 1)..] : text.Ahead(at + 1, Look);
            var length = ahead.IndexOf(quote);
            End = !quotes ? at + 1 : length < 0 ? text.Length : at + length + 2;
            return length < 0 ? ahead : ahead[..length];
        }

        var end = at;
        while (end < text.Length && !FoldedText.IsBlank(text[end]) && text[end] is not ('>' or '<'))
            end++;
        End = end;
        return text[at..end];
    }

    private const int Look = 96;

    private static bool IsNamePart(char c) => FoldedText.IsWord(c) || c is ':' or '-' or '.' or '@';
}
