using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Tests.Signatures.StructuredFields;

/// <summary>Reads whole fields with the reader alone, as a caller that counts bytes does, and takes every value out of its slice.</summary>
internal static class SfWalk
{
    public static bool Whole(string kind, ReadOnlySpan<char> text) => kind switch
    {
        "item" => Item(text),
        "list" => List(text),
        _ => Dictionary(text),
    };

    public static bool Item(ReadOnlySpan<char> text)
    {
        var reader = new SfReader(text);
        reader.SkipSpaces();
        return ReadItem(ref reader) && End(ref reader);
    }

    public static bool List(ReadOnlySpan<char> text)
    {
        var reader = new SfReader(text);
        reader.SkipSpaces();
        for (var more = !reader.AtEnd; more; more = reader.NextMember())
        {
            if (!ReadMember(ref reader))
                return false;
        }

        return End(ref reader);
    }

    public static bool Dictionary(ReadOnlySpan<char> text)
    {
        var reader = new SfReader(text);
        reader.SkipSpaces();
        for (var more = !reader.AtEnd; more; more = reader.NextMember())
        {
            if (!reader.TryKey(out _) || !(reader.TryTake('=') ? ReadMember(ref reader) : ReadParameters(ref reader)))
                return false;
        }

        return End(ref reader);
    }

    private static bool ReadMember(ref SfReader reader)
    {
        if (!reader.TryTake('('))
            return ReadItem(ref reader);
        while (reader.NextInner())
        {
            if (!ReadItem(ref reader))
                return false;
        }

        return reader.Fault is null && ReadParameters(ref reader);
    }

    private static bool ReadItem(ref SfReader reader) =>
        reader.TryBare(out var bare) && TakeOut(bare) && ReadParameters(ref reader);

    private static bool ReadParameters(ref SfReader reader)
    {
        while (reader.NextParameter(out _, out var value))
            TakeOut(value);
        return reader.Fault is null;
    }

    private static bool End(ref SfReader reader)
    {
        reader.SkipSpaces();
        return reader.AtEnd;
    }

    // A slice that the reader gave must hold what it promises, without a second chance to fail.
    private static bool TakeOut(SfSlice slice)
    {
        Span<byte> bytes = stackalloc byte[128];
        Span<char> text = stackalloc char[256];
        var rightBytes = slice.Kind != SfKind.Bytes || slice.ByteLength > bytes.Length
            || slice.TryDecodeBytes(bytes[..slice.ByteLength], out var written) && written == slice.ByteLength;
        var rightText = slice.Raw.Length > text.Length || slice.Unescape(text) <= slice.Raw.Length;
        return rightBytes && rightText
            ? true
            : throw new InvalidOperationException("A slice does not hold what the reader checked.");
    }
}
