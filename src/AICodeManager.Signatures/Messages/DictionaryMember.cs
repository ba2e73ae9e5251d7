using System.Diagnostics.CodeAnalysis;
using AICodeManager.Signatures.StructuredFields;

namespace AICodeManager.Signatures.Messages;

/// <summary>One member of a dictionary field (RFC 9421 section 2.1.2).</summary>
internal static class DictionaryMember
{
    // All lines together. A signature may name many members, and each is looked for on its own.
    private const int MostCharacters = 16 << 10;

    /// <summary>
    /// Where a member's value stands; false where the field is no dictionary, is too long, or has the member not exactly once.
    /// RFC 9651 takes the last of several; whoever takes the first would read another value under the same signature.
    /// </summary>
    /// <param name="value">Its value with parameters as spelled.</param>
    public static bool TryFind(IRequestMessage message, string field, string key, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (!FieldText.TryJoin(message, field, MostCharacters, out var text) || text is null)
        {
            return false;
        }

        var reader = new SfReader(text);
        var found = 0;
        var (start, length, alone) = (0, 0, false);
        reader.SkipSpaces();
        do
        {
            if (!reader.TryKey(out var name))
            {
                return false;
            }

            var hasValue = reader.TryTake('=');
            var at = reader.Position;
            if (hasValue && !TrySkipValue(ref reader))
            {
                return false;
            }

            SkipParameters(ref reader);
            if (name.SequenceEqual(key))
            {
                (start, length, alone) = (at, reader.Position - at, !hasValue);
                found++;
            }
        }
        while (reader.NextMember());

        if (!reader.AtEnd || found != 1)
        {
            return false;
        }

        // A member without a value is true.
        value = alone ? string.Concat("?1", text.AsSpan(start, length)) : text.Substring(start, length);
        return true;
    }

    /// <summary>A found member's value as the signature base has it: written anew.</summary>
    public static bool TryCanonize(string value, [NotNullWhen(true)] out string? canonical)
    {
        canonical = SfParser.TryList(value, out var list, out _) ? SfWriter.Write(list) : null;
        return canonical is not null;
    }

    private static bool TrySkipValue(ref SfReader reader)
    {
        if (!reader.TryTake('('))
        {
            return reader.TryBare(out _);
        }

        while (reader.NextInner() && reader.TryBare(out _))
        {
            SkipParameters(ref reader);
        }

        return reader.Fault is null;
    }

    private static void SkipParameters(ref SfReader reader)
    {
        while (reader.NextParameter(out _, out _))
        {
        }
    }
}
