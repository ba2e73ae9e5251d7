namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;

/// <summary>
/// A line's end in a value, and behind it a header, a request or a mail command: what splits the answer or the dialogue the
/// value is put into. Text of several lines has colons too, so only names that mean something count, with the value of one line before them.
/// </summary>
internal static class LineBreaks
{
    private const int Look = 48;

    public static Finding Judge(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf('\n');
        if (at < 0)
            return text.Contains('%') ? Encoded(text) : text.Contains('\\') ? Escaped(text) : default;

        // What an injection follows is a value, not a paragraph.
        if (text[..at].Count(' ') > 3)
            return default;
        while (at >= 0)
        {
            while (text.At(at) is '\n' or ' ' or '\r')
                at++;
            if (IsLine(text.Ahead(at, Look)))
                return ProtocolDetector.Strong("protocol.split");
            if (at >= text.Length)
                break;
            var next = text[at..].IndexOf('\n');
            at = next < 0 ? -1 : at + next;
        }

        return Encoded(text);
    }

    /// <summary>Encoded twice, or as the look-alikes (U+560A, U+560D) that a narrowing conversion cuts down to a line's end.</summary>
    private static Finding Encoded(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf('%'); at >= 0;)
        {
            var after = at + 1;
            while (text.StartsAt(after, "25"))
                after += 2;
            if ((text.StartsAt(after, "0a") || text.StartsAt(after, "0d")) && IsLine(text.Ahead(Skip(text, after + 2), Look)))
                return ProtocolDetector.Strong("protocol.split");
            var next = after < text.Length ? text[after..].IndexOf('%') : -1;
            at = next < 0 ? -1 : after + next;
        }

        return text.Contains('\u560A') || text.Contains('\u560D') ? ProtocolDetector.Strong("protocol.split") : default;
    }

    private static int Skip(ReadOnlySpan<char> text, int at)
    {
        while (text.StartsAt(at, "%0a") || text.StartsAt(at, "%0d") || text.StartsAt(at, "%20") || text.StartsAt(at, "%09"))
            at += 3;
        return at;
    }

    private static Finding Escaped(ReadOnlySpan<char> text)
    {
        var at = text.IndexOf("\\r\\n");
        return at >= 0 && IsLine(text.Ahead(at + 4, Look)) ? ProtocolDetector.Strong("protocol.split") : default;
    }

    private static bool IsLine(ReadOnlySpan<char> line)
    {
        foreach (var command in ProtocolWords.Commands)
            if (line.StartsWith(command, StringComparison.Ordinal) || command.Length > 7 && line.StartsWith(command, StringComparison.OrdinalIgnoreCase))
                return command[^1] is ':' or '/' or '.' or '2' || line.Length == command.Length || line.At(command.Length) is not ' ';
        var name = 0;
        while (name < line.Length && (char.IsAsciiLetterOrDigit(line[name]) || line[name] == '-'))
            name++;
        if (name > 0 && ProtocolWords.Headers.Contains(line[..name]) && line[name..].TrimStart(" \r\n") is [':', ..] or ['%', '3', 'a' or 'A', ..])
            return true;
        // A001 FETCH …
        if (name is < 2 or > 8 || !char.IsAsciiDigit(line[name - 1]) || line.At(name) != ' ')
            return false;
        var word = line.WordAt(name + 1);
        return ProtocolWords.Imap.Contains(word);
    }
}
