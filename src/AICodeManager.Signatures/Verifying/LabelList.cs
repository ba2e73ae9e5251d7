namespace AICodeManager.Signatures.Verifying;

/// <summary>The labels of a field, each of which may occur once: twice would be one thing to this reader and another to the next.</summary>
/// <param name="places">Room for as many labels as are accepted.</param>
internal ref struct LabelList(ReadOnlySpan<char> text, Span<(int Start, int Length)> places)
{
    private readonly ReadOnlySpan<char> text = text;
    private readonly Span<(int Start, int Length)> places = places;

    public int Count { get; private set; }

    /// <summary>False where it is there already, or there are as many as are accepted.</summary>
    public bool TryAdd(int start, ReadOnlySpan<char> label)
    {
        if (Count == places.Length || Contains(label))
        {
            return false;
        }

        places[Count++] = (start, label.Length);
        return true;
    }

    public readonly bool Contains(ReadOnlySpan<char> label)
    {
        foreach (var (start, length) in places[..Count])
        {
            if (text.Slice(start, length).SequenceEqual(label))
            {
                return true;
            }
        }

        return false;
    }
}
