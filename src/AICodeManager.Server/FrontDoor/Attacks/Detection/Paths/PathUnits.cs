namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;

/// <summary>One character of a path, in whatever spelling it is left after the framework's decoding.</summary>
internal enum PathUnit
{
    Other,
    Dot,
    Slash,

    /// <summary>A control character, which ends or vanishes from a name.</summary>
    Control,
}

/// <summary>
/// Reads a path unit by unit: plain, percent-encoded any number of times (<c>%252e</c>, <c>%%32%65</c>), in the overlong UTF-8
/// and the <c>%u</c> forms that broken decoders accept, or as <c>0x2e</c>.
/// </summary>
internal static class PathUnits
{
    public static PathUnit Read(ReadOnlySpan<char> text, int at, out int length)
    {
        length = 1;
        switch (text[at])
        {
            case '.':
                return PathUnit.Dot;
            case '/' or '\\':
                return PathUnit.Slash;
            case '%':
                return Percent(text, at, ref length);
            case '0' when text.StartsAt(at, "0x2e"):
                length = 4;
                return PathUnit.Dot;
            case '0' when text.StartsAt(at, "0x2f") || text.StartsAt(at, "0x5c"):
                length = 4;
                return PathUnit.Slash;
            default:
                return PathUnit.Other;
        }
    }

    private static PathUnit Percent(ReadOnlySpan<char> text, int at, ref int length)
    {
        var start = at;
        var code = Byte(text, ref at);
        switch (code)
        {
            case '.' or '/' or '\\' or (>= 0 and < ' '):
                length = at - start;
                return code == '.' ? PathUnit.Dot : code < ' ' ? PathUnit.Control : PathUnit.Slash;
            case -1 when text.At(at + 1) is 'u' or 'U':
                length = 6;
                return Unicode(text.Ahead(at + 2, 4));
            case 0xC0 or 0xC1 or 0xE0 or 0xF0 or 0xF8 or 0xFC:
                return Overlong(text, start, at, ref length);
            default:
                return PathUnit.Other;
        }
    }

    /// <summary>Two to six bytes that spell an ASCII character: its last six bits stand in the last byte.</summary>
    private static PathUnit Overlong(ReadOnlySpan<char> text, int start, int at, ref int length)
    {
        for (var more = 0; more < 5; more++)
        {
            var code = Byte(text, ref at);
            if (code < 0)
                return PathUnit.Other;
            if (code == 0x80)
                continue;
            length = at - start;
            return (code & 0x7F) switch
            {
                0x2E or 0x6E => PathUnit.Dot,
                0x2F or 0x5C or 0x1C or 0x6F => PathUnit.Slash,
                _ => PathUnit.Other,
            };
        }

        return PathUnit.Other;
    }

    private static PathUnit Unicode(ReadOnlySpan<char> digits) =>
        digits.Is("002e") || digits.Is("ff0e") || digits.Is("2024") ? PathUnit.Dot
        : digits.Is("002f") || digits.Is("005c") || digits.Is("2215") || digits.Is("2216") || digits.Is("ff0f") || digits.Is("ff3c") || digits.Is("f025") || digits.Is("2044")
            ? PathUnit.Slash
            : PathUnit.Other;

    /// <summary>The byte that <c>%XX</c>, <c>%25XX</c>, <c>%2525XX</c>, <c>%%3X%3X</c> … stands for; -1 and no move if there is none.</summary>
    private static int Byte(ReadOnlySpan<char> text, ref int at)
    {
        if (text.At(at) != '%')
            return -1;
        var i = at + 1;
        while (text.At(i) == '2' && text.At(i + 1) == '5' && i - at < 64)
            i += 2;
        var high = Digit(text, ref i);
        var low = high < 0 ? -1 : Digit(text, ref i);
        if (low < 0)
            return -1;
        at = i;
        return high << 4 | low;
    }

    /// <summary>A hexadecimal digit, plain or percent-encoded itself.</summary>
    private static int Digit(ReadOnlySpan<char> text, ref int i)
    {
        var c = text.At(i);
        if (c == '%' && char.IsAsciiHexDigit(text.At(i + 1)) && char.IsAsciiHexDigit(text.At(i + 2)))
        {
            c = (char)(Value(text.At(i + 1)) << 4 | Value(text.At(i + 2)));
            if (!char.IsAsciiHexDigit(c))
                return -1;
            i += 3;
            return Value(c);
        }

        if (!char.IsAsciiHexDigit(c))
            return -1;
        i++;
        return Value(c);
    }

    private static int Value(char c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
