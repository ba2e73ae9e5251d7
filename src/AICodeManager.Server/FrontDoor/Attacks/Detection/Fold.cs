using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>
/// Writes a value the way the detectors read it, in one pass: full-width letters and the many quotation marks become ASCII,
/// every blank a space, every line's end <c>\n</c>; what nobody sees (zero width, control characters) is left out. Letters of
/// any script stay as they are. It works on characters: bytes of Korean or Japanese text must never look like ASCII marks.
/// </summary>
internal static class Fold
{
    /// <summary>How many characters of a long value's beginning, and of its end, are looked at.</summary>
    public const int Window = 8192;

    /// <summary>A buffer of this many characters holds any folded value.</summary>
    public const int Most = 2 * Window + 1;

    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]);

    /// <summary>How many characters the buffer needs for this value.</summary>
    public static int Room(ReadOnlySpan<char> value) => Math.Min(value.Length, Most);

    /// <summary>The folded value: itself where nothing needs folding, else what was written into the buffer.</summary>
    public static ReadOnlySpan<char> Into(ReadOnlySpan<char> value, Span<char> buffer)
    {
        if (value.Length <= 2 * Window)
        {
            // Nearly every value is plain ASCII of one line, and is only looked at, never copied.
            var plain = value.IndexOfAnyExcept(Plain);
            if (plain < 0)
                return value;
            value[..plain].CopyTo(buffer);
            return buffer[..(plain + Write(value[plain..], buffer[plain..]))];
        }

        var head = Write(value[..Window], buffer);
        buffer[head++] = '\n';
        return buffer[..(head + Write(value[^Window..], buffer[head..]))];
    }

    private static int Write(ReadOnlySpan<char> value, Span<char> buffer)
    {
        var written = 0;
        foreach (var c in value)
        {
            var folded = c is >= ' ' and <= '~' ? c : OfOther(c);
            if (folded != '\0')
                buffer[written++] = folded;
        }

        return written;
    }

    /// <summary>What stands for a character outside printable ASCII; NUL for one to leave out.</summary>
    private static char OfOther(char c) => c switch
    {
        '\n' or '\r' or '\u0085' or '\u2028' or '\u2029' => '\n',
        '\t' or '\v' or '\f' or '\u00A0' or '\u1680' or (>= '\u2000' and <= '\u200A') or '\u202F' or '\u205F' or '\u3000' => ' ',
        // A byte that was no UTF-8: MySQL with a Latin character set reads some of them as blanks.
        '\uFFFD' => ' ',
        < ' ' or (>= '\u007F' and <= '\u009F') => '\0',
        '\u00AD' or '\u180E' or (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2060' and <= '\u206F') or '\uFEFF' => '\0',
        // Databases and converters take these for a quote when they squeeze text into a smaller character set.
        '\u2018' or '\u2019' or '\u201A' or '\u201B' or '\u2032' or '\u2035' or '\u02B9' or '\u02BC' or '\u02C8' or '\u00B4' => '\'',
        '\u201C' or '\u201D' or '\u201E' or '\u201F' or '\u2033' or '\u2036' or '\u02BA' or '\u02DD' => '"',
        '\u2044' or '\u2215' => '/',
        '\u2039' => '<',
        '\u203A' => '>',
        >= '\uFF01' and <= '\uFF5E' => (char)(c - '\uFF01' + '!'),
        _ => c,
    };
}
