using System.Buffers;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>
/// Reads the text of one structured field from left to right, strictly by RFC 9651 section 4.2. It allocates nothing, never
/// goes back and looks at each character a fixed number of times, so that its work is bounded by the length of the text, which
/// the caller bounds. Several lines of one field are joined with a comma first (RFC 9110 section 5.3).
/// </summary>
/// <remarks>
/// The first fault is final: <see cref="Fault"/> says what is wrong, <see cref="Position"/> where, and every method answers
/// false from then on, <see cref="AtEnd"/> too. A method that only asks what comes next (<see cref="TryTake"/>,
/// <see cref="NextMember"/>, <see cref="NextInner"/>, <see cref="NextParameter"/>) also answers false when that simply is not
/// there; whoever has read all it wants checks <see cref="AtEnd"/>, which a fault makes false.
/// </remarks>
public ref partial struct SfReader(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> text = text;
    private int position;

    /// <summary>How many characters were read; after a fault, where it is.</summary>
    public readonly int Position => position;

    /// <summary>What is wrong, and what is accepted; null as long as nothing is.</summary>
    public string? Fault { get; private set; }

    /// <summary>Nothing is left and nothing was wrong.</summary>
    public readonly bool AtEnd => Fault is null && position == text.Length;

    /// <summary>The key of a dictionary's member or of a parameter (section 4.2.3.3).</summary>
    public bool TryKey(out ReadOnlySpan<char> key)
    {
        key = default;
        if (Fault is not null)
            return false;
        if (position == text.Length || !SfChars.StartsKey(text[position]))
            return Fail("a key starts with a small letter or an asterisk");
        key = Run(SfChars.Key);
        return true;
    }

    /// <summary>Takes the next character if it is this one. Not finding it is no fault.</summary>
    public bool TryTake(char c)
    {
        if (Fault is not null || position == text.Length || text[position] != c)
            return false;
        position++;
        return true;
    }

    /// <summary>Passes over spaces, and spaces only.</summary>
    public void SkipSpaces()
    {
        while (TryTake(' '))
        {
        }
    }

    /// <summary>Passes over optional whitespace: spaces and tabs (RFC 9110 section 5.6.3).</summary>
    public void SkipOws()
    {
        while (TryTake(' ') || TryTake('\t'))
        {
        }
    }

    /// <summary>
    /// Goes from the end of one member of a list or dictionary to the start of the next (sections 4.2.1 and 4.2.2): false at
    /// the end of the text, and with a fault if anything but one comma stands between them or nothing follows it.
    /// </summary>
    public bool NextMember()
    {
        SkipOws();
        if (Fault is not null || position == text.Length)
            return false;
        if (!TryTake(','))
            return Fail("members are separated by a comma");
        SkipOws();
        return position < text.Length || Fail("no member follows the comma");
    }

    /// <summary>
    /// Within an inner list, after its opening parenthesis or one of its items (section 4.2.1.2): true when an item follows;
    /// false when the closing parenthesis was read, or with a fault.
    /// </summary>
    public bool NextInner()
    {
        if (Fault is not null)
            return false;
        var separated = position > 0 && text[position - 1] == '(';
        while (TryTake(' '))
            separated = true;
        if (TryTake(')'))
            return false;
        if (position == text.Length)
            return Fail("an inner list ends with a parenthesis");
        return separated || Fail("the items of an inner list are separated by spaces");
    }

    /// <summary>
    /// The next parameter of the item or inner list that was just read (section 4.2.3.2): false when there is none, or with a
    /// fault. A parameter without a value is true.
    /// </summary>
    public bool NextParameter(out ReadOnlySpan<char> key, out SfSlice value)
    {
        key = default;
        value = default;
        if (!TryTake(';'))
            return false;
        SkipSpaces();
        if (!TryKey(out key))
            return false;
        if (TryTake('='))
            return TryBare(out value);
        value = SfSlice.True;
        return true;
    }

    /// <summary>Ends the reading with a fault of the caller's own, unless there is one already. Always false.</summary>
    public bool Fail(string why)
    {
        Fault ??= why;
        return false;
    }

    private ReadOnlySpan<char> Run(SearchValues<char> alphabet)
    {
        var rest = text[position..];
        var length = rest.IndexOfAnyExcept(alphabet);
        var run = length < 0 ? rest : rest[..length];
        position += run.Length;
        return run;
    }
}
