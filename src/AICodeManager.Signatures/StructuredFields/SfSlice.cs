using System.Diagnostics.CodeAnalysis;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>
/// A bare item as <see cref="SfReader"/> found it: a view of the text, already checked whole, so that what it holds can be
/// taken out without further faults. Lives as long as the text.
/// </summary>
[SuppressMessage("Naming", "CA1720", Justification = "RFC 9651 names its types so.")]
public readonly ref struct SfSlice
{
    internal SfSlice(SfKind kind, ReadOnlySpan<char> raw, long number = 0, bool escaped = false)
    {
        Kind = kind;
        Raw = raw;
        Integer = number;
        Escaped = escaped;
    }

    internal static SfSlice True => new(SfKind.Boolean, default, 1);

    public SfKind Kind { get; }

    /// <summary>What stands between the quotes or colons; of any other kind the literal itself. Empty for a parameter without a value.</summary>
    public ReadOnlySpan<char> Raw { get; }

    /// <summary>The integer, the seconds since 1970 of a date, a decimal in thousandths; 1 or 0 for a boolean, else 0.</summary>
    public long Integer { get; }

    /// <summary>Whether this is the boolean <c>?1</c>.</summary>
    public bool Boolean => Kind == SfKind.Boolean && Integer != 0;

    /// <summary>The value of a decimal or an integer.</summary>
    public decimal Decimal => Kind == SfKind.Decimal ? Integer / 1000m : Integer;

    /// <summary>Whether <see cref="Raw"/> differs from the text it stands for: a backslash in a string, a percent sign in a display string.</summary>
    public bool Escaped { get; }

    /// <summary>How many bytes <see cref="TryDecodeBytes"/> writes; 0 for every other kind.</summary>
    public int ByteLength => Kind != SfKind.Bytes ? 0
        : Raw.Length / 4 * 3 - (Raw.EndsWith("==") ? 2 : Raw.EndsWith("=") ? 1 : 0);

    /// <summary>Writes the text of a string or display string, else <see cref="Raw"/>; answers its length, never more than that of Raw.</summary>
    /// <exception cref="ArgumentException">The target is shorter than the text.</exception>
    public int Unescape(Span<char> to)
    {
        if (!Escaped)
        {
            Raw.CopyTo(to);
            return Raw.Length;
        }

        return Kind == SfKind.DisplayString ? FromPercent(to) : FromBackslash(to);
    }

    /// <summary>Decodes bytes; false only if this is another kind or the target is shorter than <see cref="ByteLength"/>.</summary>
    public bool TryDecodeBytes(Span<byte> to, out int written)
    {
        written = 0;
        return Kind == SfKind.Bytes && Convert.TryFromBase64Chars(Raw, to, out written);
    }

    /// <summary>The text as a string of its own: without backslashes or percent signs; base64 for bytes.</summary>
    public string ToText()
    {
        if (!Escaped)
            return Raw.ToString();
        var text = new char[Raw.Length];
        return new string(text, 0, Unescape(text));
    }

    public override string ToString() => ToText();

    private int FromBackslash(Span<char> to)
    {
        var length = 0;
        var rest = Raw;
        for (var at = rest.IndexOf('\\'); at >= 0; at = rest.IndexOf('\\'))
        {
            rest[..at].CopyTo(to[length..]);
            length += at;
            Put(to, ref length, rest[at + 1]);
            rest = rest[(at + 2)..];
        }

        rest.CopyTo(to[length..]);
        return length + rest.Length;
    }

    private int FromPercent(Span<char> to)
    {
        var length = 0;
        var rest = Raw;
        for (var at = rest.IndexOf('%'); at >= 0; at = rest.IndexOf('%'))
        {
            rest[..at].CopyTo(to[length..]);
            length += at;
            SfPercent.TryRead(rest[at..], out var rune, out var spelt);
            if (!rune.TryEncodeToUtf16(to[length..], out var chars))
                throw TooShort(nameof(to));
            length += chars;
            rest = rest[(at + spelt)..];
        }

        rest.CopyTo(to[length..]);
        return length + rest.Length;
    }

    private static void Put(Span<char> to, ref int length, char c)
    {
        if (length == to.Length)
            throw TooShort(nameof(to));
        to[length++] = c;
    }

    private static ArgumentException TooShort(string name) => new("The target is shorter than the text.", name);
}
