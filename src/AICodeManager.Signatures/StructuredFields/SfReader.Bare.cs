namespace AICodeManager.Signatures.StructuredFields;

public ref partial struct SfReader
{
    private const int MostIntegerDigits = 15;
    private const int MostWholeDigits = 12;
    private const int MostFractionDigits = 3;

    /// <summary>A bare item of any kind (section 4.2.3.1); its first character says which.</summary>
    public bool TryBare(out SfSlice bare)
    {
        bare = default;
        if (Fault is not null)
            return false;
        if (position == text.Length)
            return Fail("a value is missing");
        return text[position] switch
        {
            '-' or (>= '0' and <= '9') => TryNumber(out bare),
            '"' => TryString(out bare),
            ':' => TryBytes(out bare),
            '?' => TryBoolean(out bare),
            '@' => TryDate(out bare),
            '%' => TryDisplayString(out bare),
            var c when SfChars.StartsToken(c) => TryToken(out bare),
            _ => Fail("a value starts with a digit, a minus sign, a letter, an asterisk, a quote, a colon, ?, @ or %"),
        };
    }

    private bool TryNumber(out SfSlice bare)
    {
        bare = default;
        var start = position;
        var negative = TryTake('-');
        if (!TryDigits(MostIntegerDigits, out var number, out var digits))
            return Fail("an integer has 1 to 15 digits");
        var kind = SfKind.Integer;
        if (TryTake('.'))
        {
            if (digits > MostWholeDigits)
                return Fail("a decimal has at most 12 digits before its point");
            if (!TryDigits(MostFractionDigits, out var fraction, out var places))
                return Fail("a decimal has 1 to 3 digits after its point");
            kind = SfKind.Decimal;
            number = number * 1000 + fraction * (places == 1 ? 100 : places == 2 ? 10 : 1);
        }

        bare = new SfSlice(kind, text[start..position], negative ? -number : number);
        return true;
    }

    private bool TryDate(out SfSlice bare)
    {
        bare = default;
        var start = position++;
        if (position == text.Length || !(text[position] is '-' || char.IsAsciiDigit(text[position])))
            return Fail("a date is @ and an integer");
        if (!TryNumber(out var number))
            return false;
        if (number.Kind != SfKind.Integer)
            return Fail("a date has no fraction of a second");
        bare = new SfSlice(SfKind.Date, text[start..position], number.Integer);
        return true;
    }

    private bool TryDigits(int most, out long number, out int digits)
    {
        number = 0;
        digits = 0;
        for (; position < text.Length && char.IsAsciiDigit(text[position]); position++)
        {
            if (++digits > most)
                return false;
            number = number * 10 + (text[position] - '0');
        }

        return digits > 0;
    }

    private bool TryBoolean(out SfSlice bare)
    {
        bare = default;
        var start = position++;
        if (position == text.Length || text[position] is not ('0' or '1'))
            return Fail("a boolean is ?0 or ?1");
        var yes = text[position++] == '1';
        bare = new SfSlice(SfKind.Boolean, text[start..position], yes ? 1 : 0);
        return true;
    }

    private bool TryToken(out SfSlice bare)
    {
        bare = new SfSlice(SfKind.Token, Run(SfChars.Token));
        return true;
    }

    private bool TryString(out SfSlice bare)
    {
        bare = default;
        var start = ++position;
        var escaped = false;
        while (true)
        {
            Run(SfChars.Plain);
            if (position == text.Length)
                return Fail("a string ends with a quote");
            if (text[position] == '"')
                break;
            if (text[position] != '\\')
                return Fail("a string holds printable ASCII only");
            if (position + 1 == text.Length || text[position + 1] is not ('"' or '\\'))
                return Fail("in a string a backslash stands before a quote or a backslash only");
            escaped = true;
            position += 2;
        }

        bare = new SfSlice(SfKind.String, text[start..position++], escaped: escaped);
        return true;
    }

    /// <summary>
    /// Stricter than section 4.2.7 asks: padding that is missing or bits that say nothing are refused, so that each value has
    /// one spelling only, and a signature cannot be given another look.
    /// </summary>
    private bool TryBytes(out SfSlice bare)
    {
        bare = default;
        var start = ++position;
        var data = Run(SfChars.Base64);
        var padding = 0;
        while (padding < 2 && TryTake('='))
            padding++;
        if (position == text.Length || text[position] != ':')
            return Fail("bytes are base64 (A-Z a-z 0-9 + / and at most two = at the end) that ends with a colon");
        if ((data.Length + padding) % 4 != 0)
            return Fail("base64 comes in groups of four characters, filled up with =");
        if (padding > 0 && SpareBits(data[^1], padding))
            return Fail("the unused last bits of base64 are zero");
        bare = new SfSlice(SfKind.Bytes, text[start..position++]);
        return true;
    }

    // With one = the last character carries 4 bits of data, with two = it carries 2; the rest must be zero.
    private static bool SpareBits(char last, int padding) => padding == 1
        ? !"AEIMQUYcgkosw048".Contains(last)
        : !"AQgw".Contains(last);

    private bool TryDisplayString(out SfSlice bare)
    {
        bare = default;
        position++;
        if (!TryTake('"'))
            return Fail("a display string starts with %\"");
        var start = position;
        var escaped = false;
        while (true)
        {
            Run(SfChars.Shown);
            if (position == text.Length)
                return Fail("a display string ends with a quote");
            if (text[position] == '"')
                break;
            if (text[position] != '%')
                return Fail("a display string holds printable ASCII, and all else as percent signs with two small hex digits");
            if (!SfPercent.TryRead(text[position..], out _, out var length))
                return Fail("percent signs in a display string are UTF-8 with two small hex digits each");
            escaped = true;
            position += length;
        }

        bare = new SfSlice(SfKind.DisplayString, text[start..position++], escaped: escaped);
        return true;
    }
}
