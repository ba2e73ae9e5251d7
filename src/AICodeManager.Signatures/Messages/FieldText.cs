using System.Buffers;

namespace AICodeManager.Signatures.Messages;

/// <summary>The values of fields as signatures cover them (RFC 9421 section 2.1).</summary>
internal static class FieldText
{
    /// <summary>What a covered value consists of: nothing that one implementation decodes otherwise than another.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x5f).Select(c => (char)c), '\t']);

    /// <summary>All lines of a field as one; null where there is none.</summary>
    public static string? Join(IRequestMessage message, string field)
    {
        var lines = message.Lines(field);
        return lines switch
        {
            0 => null,
            1 => message.Line(field, 0),
            _ => string.Join(", ", Enumerable.Range(0, lines).Select(i => message.Line(field, i))),
        };
    }

    public static bool IsPlain(ReadOnlySpan<char> value) => !value.ContainsAnyExcept(Plain);

    /// <summary>
    /// Fields of one value: two lines, or two values in one, would be read differently by different readers, and a
    /// signature over their combination would bless both readings.
    /// </summary>
    public static bool IsSingle(string field) => field is "content-type" or "content-digest" or "content-length" or "content-encoding"
        or "content-location" or "content-range" or "authorization" or "host" or "date" or "idempotency-key" or "if-unmodified-since"
        or "if-modified-since" or "origin" or "referer" or "user-agent" or "last-event-id";

    /// <summary>Whether a media type has a comma outside quotes, as two that were folded into one have.</summary>
    public static bool IsFolded(ReadOnlySpan<char> mediaType)
    {
        var quoted = false;
        foreach (var c in mediaType)
        {
            quoted ^= c == '"';
            if (c == ',' && !quoted)
            {
                return true;
            }
        }

        return false;
    }
}
