namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>
/// A line's end in a value, and behind it a header, a request or a mail command: what splits the answer or the dialogue the
/// value is put into. Text of several lines has colons too, so only names that mean something count, with the value of one line before them.
/// </summary>
internal static class LineBreaks
{
    private const int Look = 48;

    public static Finding Judge(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        // What an injection follows is a value, not a paragraph.
        '\n' => IsLine(text, SkipBreaks(text, at)) && text.Ahead(0, Math.Min(at, 256)).Count(' ') <= 3,
        '%' => IsEncodedBreak(text, at, out var after) && IsLine(text, after),
        '\\' => text.StartsAt(at, "\\r\\n") && IsLine(text, at + 4),
        // A conversion that keeps one byte of two cuts these two characters down to a line's end.
        '\u560A' or '\u560D' => IsLine(text, text.At(at + 1) == '\u560A' ? at + 2 : at + 1),
        _ => false,
    } ? ProtocolDetector.Strong("protocol.split") : default;

    private static int SkipBreaks(ReadOnlySpan<char> text, int at)
    {
        var most = Math.Min(text.Length, at + 8);
        while (at < most && text[at] is '\n' or ' ')
            at++;
        return at;
    }

    /// <summary>A line's end that was encoded more than once.</summary>
    private static bool IsEncodedBreak(ReadOnlySpan<char> text, int at, out int after)
    {
        after = at + 1;
        if ((text.At(after) | 0x20) == 'u' && text.StartsAt(after + 1, "00"))
            after += 3;
        while (text.At(after) == '2' && text.At(after + 1) == '5' && after - at < 16)
            after += 2;
        if (text.At(after) != '0' || (text.At(after + 1) | 0x20) is not ('a' or 'd'))
            return false;
        after += 2;
        while (text.At(after) == '%' && (text.StartsAt(after, "%0a") || text.StartsAt(after, "%0d") || text.StartsAt(after, "%20")) && after - at < 32)
            after += 3;
        return true;
    }

    private static bool IsLine(ReadOnlySpan<char> text, int at)
    {
        var line = text.Ahead(at, Look);
        if (line.IsEmpty || !char.IsAsciiLetter(line[0]))
            return false;
        var name = 1;
        while (name < line.Length && (char.IsAsciiLetterOrDigit(line[name]) || line[name] == '-'))
            name++;
        if (ProtocolWords.Headers.Contains(line[..name]) && line[name..].TrimStart(" \n") is [':', ..] or ['%', '3', 'a' or 'A', ..])
            return true;
        if (IsCommand(line, name))
            return true;

        // A001 FETCH …
        return name is > 1 and <= 8 && char.IsAsciiDigit(line[name - 1]) && line.At(name) == ' ' && ProtocolWords.IsMailbox(line.WordAt(name + 1));
    }

    /// <summary>A command of HTTP, SMTP or POP3 in capitals, with what it asks for.</summary>
    private static bool IsCommand(ReadOnlySpan<char> line, int name)
    {
        if (!ProtocolWords.IsCommand(line[..name]))
            return false;
        var rest = line[name..];
        return rest.Trim().IsEmpty || rest.StartsWith("/1.") || rest.StartsWith("/2") || rest.StartsAt(0, " /") || rest.StartsAt(0, " http") || rest.StartsAt(0, " FROM:") || rest.StartsAt(0, " TO:")
            || rest.At(0) == ' ' && (char.IsAsciiDigit(rest.At(1)) || rest[1..].Contains('.') && rest[1..].TrimEnd().IndexOf(' ') < 0);
    }
}
