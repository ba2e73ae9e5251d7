using System.Buffers;
using System.Text;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Edge;

/// <summary>
/// Targets that every reader reads alike, judged on the bytes of the wire. Nothing is mended: what would have to be
/// decoded twice, resolved or guessed is refused, so that no layer behind this one sees another path than the next.
/// </summary>
internal static class TargetRules
{
    /// <summary>Characters of a query.</summary>
    public const int MaxQuery = 8192;

    /// <summary>Pairs of a query.</summary>
    public const int MaxParameters = 256;

    private const string Escapes = "Every % starts two hexadecimal digits, and what they spell is UTF-8 without NUL.";

    // What a URI never holds unescaped, and the backslash that some take for a slash.
    private static readonly SearchValues<char> Refused = SearchValues.Create(
        [.. Enumerable.Range(0, 0x21).Select(c => (char)c), '\\', '#', '\x7f']);

    /// <param name="target">As it came.</param>
    /// <returns>Null where nothing is wrong.</returns>
    public static Refusal? Judge(ReadOnlySpan<char> target)
    {
        if (target.Length == 0 || target[0] != '/')
            return EdgeRefusals.Target("It must be a path of this server: no scheme and host, no CONNECT, no *.");
        if (target.ContainsAny(Refused))
            return EdgeRefusals.Target("It holds a character that must be escaped, or a backslash or #, which no path here has.");
        var mark = target.IndexOf('?');
        return JudgePath(mark < 0 ? target : target[..mark]) ?? (mark < 0 ? null : JudgeQuery(target[(mark + 1)..]));
    }

    private static Refusal? JudgePath(ReadOnlySpan<char> path)
    {
        var escaped = path.Contains('%');
        if (!escaped && path.IndexOf("/.") < 0)
            return null;
        if (escaped && !AreEscapesSound(path, inPath: true))
            return EdgeRefusals.Target($"{Escapes} A path holds no escaped slash, backslash or control character.");
        foreach (var segment in path[1..].Split('/'))
        {
            if (IsDots(path[1..][segment]))
                return EdgeRefusals.Target("A path here has no segments . and .., escaped or not.");
        }

        return null;
    }

    private static Refusal? JudgeQuery(ReadOnlySpan<char> query)
    {
        if (query.Length > MaxQuery)
            return EdgeRefusals.Query($"It may have {MaxQuery} characters.");
        if (query.Length >= MaxParameters && query.Count('&') >= MaxParameters)
            return EdgeRefusals.Query($"It may have {MaxParameters} parameters.");
        return query.Contains('%') && !AreEscapesSound(query, inPath: false) ? EdgeRefusals.Target(Escapes) : null;
    }

    private static bool AreEscapesSound(ReadOnlySpan<char> text, bool inPath)
    {
        Span<byte> bytes = stackalloc byte[4];
        var held = 0;
        for (var at = text.IndexOf('%'); ; at += 3)
        {
            var more = at < text.Length && text[at] == '%';
            if (!more)
            {
                // A character must be whole where its run of escapes ends.
                if (held > 0)
                    return false;
                var next = at >= text.Length ? -1 : text[at..].IndexOf('%');
                if (next < 0)
                    return true;
                at += next;
            }

            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
                return false;
            var value = (byte)((Hex(text[at + 1]) << 4) | Hex(text[at + 2]));
            if (value < 0x80 && (held > 0 || value == 0 || (inPath && value is < 0x20 or 0x7f or (byte)'/' or (byte)'\\')))
                return false;
            if (value < 0x80)
                continue;
            bytes[held++] = value;
            switch (Rune.DecodeFromUtf8(bytes[..held], out _, out _))
            {
                case OperationStatus.Done:
                    held = 0;
                    break;
                case OperationStatus.NeedMoreData when held < 4:
                    break;
                default:
                    return false; // overlong, a surrogate, beyond Unicode, or no UTF-8 at all
            }
        }
    }

    private static bool IsDots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        while (segment.Length > 0 && dots < 3)
        {
            var length = segment[0] == '.' ? 1 : segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase) ? 3 : 0;
            if (length == 0)
                return false;
            segment = segment[length..];
            dots++;
        }

        return dots is 1 or 2;
    }

    private static int Hex(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
