using System.Buffers;
using System.Globalization;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>
/// What a browser makes of an attribute's value before it looks for a scheme or a style: entities (with and without
/// <c>;</c>) decoded, then blanks, controls, backslashes and C comments dropped. Read in pieces of constant size, so
/// that padding neither hides anything nor costs more than a pass.
/// </summary>
internal ref struct SoftText(ReadOnlySpan<char> value)
{
    private const int Overlap = 32;
    private const int Longest = 10; // "&NewLine;" and seven digits with "&#x"

    private readonly ReadOnlySpan<char> value = value;
    private int at;
    private bool open;

    /// <summary>Where the words occur in the softened value, if they do.</summary>
    public bool Holds(SearchValues<string> words)
    {
        Span<char> buffer = stackalloc char[256];
        var filled = 0;
        while (true)
        {
            while (filled < buffer.Length && Next(out var c))
                buffer[filled++] = c;
            if (buffer[..filled].ContainsAny(words))
                return true;
            if (at >= value.Length)
                return false;
            buffer[(filled - Overlap)..filled].CopyTo(buffer);
            filled = Overlap;
        }
    }

    /// <summary>Writes the beginning of the softened value, as much as fits, and says how much.</summary>
    public int Head(scoped Span<char> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && Next(out var c))
            buffer[filled++] = c;
        return filled;
    }

    private bool Next(out char c)
    {
        while (at < value.Length)
        {
            c = value[at];
            if (c == '&')
                c = Entity();
            else if (c == '\\' && value.At(at + 1) == '0')
            {
                at += 2;
                continue;
            }
            else if (c == '/' && value.At(at + 1) == '*' && !open && SkipComment())
                continue;
            else
                at++;
            // 0xFFFD and above ASCII blanks stand where a decoder of the page drops bytes it does not know.
            if (c > ' ' && c != '\\' && c is not ('\u00A0' or '\uFFFD'))
                return true;
        }

        c = '\0';
        return false;
    }

    /// <summary>A comment that nothing closes hides nothing; after the first such one there is no use in looking again.</summary>
    private bool SkipComment()
    {
        var end = value[(at + 2)..].IndexOf("*/");
        open = end < 0;
        at += open ? 0 : end + 4;
        return !open;
    }

    /// <summary>Writes the value with its entities decoded and nothing dropped, as much as fits, and says how much.</summary>
    public int Decode(scoped Span<char> buffer)
    {
        var filled = 0;
        while (filled < buffer.Length && at < value.Length)
            buffer[filled++] = value[at] == '&' ? Entity() : value[at++];
        return filled;
    }

    private char Entity()
    {
        var rest = value.Ahead(at + 1, Longest);
        if (rest.Length > 1 && rest[0] == '#')
            return Number(rest[1..]);
        foreach (var (name, meaning) in Named)
            if (rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                at += 1 + name.Length + (rest.At(name.Length) == ';' ? 1 : 0);
                return meaning;
            }

        at++;
        return '&';
    }

    private char Number(ReadOnlySpan<char> rest)
    {
        var hex = rest[0] is 'x' or 'X';
        var from = hex ? 1 : 0;
        // Leading zeros may be many; they count nothing.
        var start = at + 2 + from;
        var i = start;
        while (value.At(i) == '0')
            i++;
        var digits = i;
        while (i - digits < 7 && (hex ? char.IsAsciiHexDigit(value.At(i)) : char.IsAsciiDigit(value.At(i))))
            i++;
        if (i == start)
        {
            at++;
            return '&';
        }

        _ = uint.TryParse(value[digits..i], hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var code);
        at = i + (value.At(i) == ';' ? 1 : 0);
        return code is > 0 and <= char.MaxValue ? (char)code : ' ';
    }

    /// <summary>The named entities that hide a scheme or a call.</summary>
    private static readonly (string Name, char Meaning)[] Named =
    [
        ("tab", '\t'), ("newline", '\n'), ("nbsp", ' '), ("colon", ':'), ("lpar", '('), ("rpar", ')'), ("sol", '/'), ("period", '.'),
        ("comma", ','), ("semi", ';'), ("quot", '"'), ("apos", '\''), ("lt", '<'), ("gt", '>'), ("equals", '='), ("amp", '&'), ("grave", '`'),
    ];
}
