using System.Buffers;
using System.Collections.Frozen;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>Reading of folded text by position, shared by the detectors that are not SQL: every step is O(1) or moves forward.</summary>
internal static class FoldedText
{
    public static bool IsBlank(char c) => c <= ' ';

    public static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    /// <summary>The character at a position that may lie outside; NUL then.</summary>
    public static char At(this ReadOnlySpan<char> text, int index) => (uint)index < (uint)text.Length ? text[index] : '\0';

    /// <summary>First position at or after <paramref name="index"/> that is no blank.</summary>
    public static int SkipBlanks(this ReadOnlySpan<char> text, int index)
    {
        while (index < text.Length && IsBlank(text[index]))
            index++;
        return index;
    }

    /// <summary>Last position before <paramref name="index"/> that is no blank; -1 if there is none.</summary>
    public static int BackOverBlanks(this ReadOnlySpan<char> text, int index)
    {
        index--;
        while (index >= 0 && IsBlank(text[index]))
            index--;
        return index;
    }

    /// <summary>The letters, digits and underscores from <paramref name="index"/> on.</summary>
    public static ReadOnlySpan<char> WordAt(this ReadOnlySpan<char> text, int index)
    {
        var end = index;
        while (end < text.Length && IsWord(text[end]))
            end++;
        return text[index..end];
    }

    /// <summary>At most <paramref name="length"/> characters from <paramref name="index"/> on: what keeps a look-ahead constant.</summary>
    public static ReadOnlySpan<char> Ahead(this ReadOnlySpan<char> text, int index, int length) =>
        index >= text.Length ? default : text.Slice(index, Math.Min(length, text.Length - index));

    public static bool StartsAt(this ReadOnlySpan<char> text, int index, ReadOnlySpan<char> what) =>
        index >= 0 && index < text.Length && text[index..].StartsWith(what, StringComparison.OrdinalIgnoreCase);

    public static bool Has(this ReadOnlySpan<char> text, ReadOnlySpan<char> what) => text.Contains(what, StringComparison.OrdinalIgnoreCase);

    public static bool Is(this ReadOnlySpan<char> text, ReadOnlySpan<char> what) => text.Equals(what, StringComparison.OrdinalIgnoreCase);

    /// <summary>First position at or after <paramref name="from"/> with one of the characters; -1 if there is none.</summary>
    public static int Next(this ReadOnlySpan<char> text, SearchValues<char> signs, int from)
    {
        if (from >= text.Length)
            return -1;
        var next = text[from..].IndexOfAny(signs);
        return next < 0 ? -1 : from + next;
    }

    /// <summary>The letters, digits and underscores that end before <paramref name="end"/>, at most 40.</summary>
    public static ReadOnlySpan<char> WordBefore(this ReadOnlySpan<char> text, int end)
    {
        var start = end;
        while (start > 0 && end - start < 40 && IsWord(text[start - 1]))
            start--;
        return text[start..end];
    }

    /// <summary>A set of words that is asked without making strings; case does not matter.</summary>
    public static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Words(params string[] words) =>
        words.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
