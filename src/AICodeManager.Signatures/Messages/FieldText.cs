using System.Buffers;

namespace AICodeManager.Signatures.Messages;

/// <summary>The values of fields as signatures cover them (RFC 9421 section 2.1).</summary>
internal static class FieldText
{
    /// <summary>What a covered value consists of: nothing that one implementation decodes otherwise than another.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x5f).Select(c => (char)c), '\t']);

    private static readonly SearchValues<char> MethodCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~");

    /// <summary>All lines of a field as one; false where that is longer than is accepted. Null where there is none.</summary>
    public static bool TryJoin(IRequestMessage message, string field, int most, out string? value)
    {
        value = null;
        var lines = message.Lines(field);
        var length = 0L;
        for (var i = 0; i < lines; i++)
        {
            // Counted before they are put together: the bound is on work, too.
            length += message.Line(field, i).Length + (i == 0 ? 0 : 2);
            if (length > most)
            {
                return false;
            }
        }

        value = lines switch
        {
            0 => null,
            1 => message.Line(field, 0),
            _ => string.Join(", ", Enumerable.Range(0, lines).Select(i => message.Line(field, i))),
        };
        return true;
    }

    public static bool IsPlain(ReadOnlySpan<char> value) => !value.ContainsAnyExcept(Plain);

    /// <summary>
    /// Whether a request's target is in origin form and can stand in a line of its own. Behind an authority anything but a
    /// slash would read as another authority: <c>https://a.example</c> and <c>@b.example/</c>.
    /// </summary>
    public static bool IsTarget(ReadOnlySpan<char> target) =>
        target.StartsWith('/') && !target.ContainsAnyExceptInRange('!', '~') && !target.Contains('#');

    /// <summary>Whether it is a method (RFC 9110 section 9.1), which is a token: no line break can hide in it.</summary>
    public static bool IsMethod(ReadOnlySpan<char> method) => !method.IsEmpty && !method.ContainsAnyExcept(MethodCharacters);

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
