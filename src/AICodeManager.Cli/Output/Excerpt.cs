namespace AICodeManager.Cli.Output;

/// <summary>The beginning of a long text, and how much of it is not shown.</summary>
internal readonly record struct Excerpt(string Text, string? LeftOut)
{
    /// <summary>Cuts at so many lines or characters, whichever comes first, and never through a character.</summary>
    public static Excerpt Of(string text, int lines, int characters)
    {
        var end = Math.Min(text.Length, characters);
        for (int line = 0, at = -1; line < lines; line++)
        {
            at = text.IndexOf('\n', at + 1);
            if (at < 0 || at >= end)
                break;
            if (line == lines - 1)
                end = at;
        }

        if (end < text.Length && end > 0 && char.IsHighSurrogate(text[end - 1]))
            end--;
        if (end == text.Length)
            return new Excerpt(text, null);
        var rest = text.AsSpan(end);
        var more = rest.TrimEnd('\n').Count('\n');
        return rest.Trim('\n').IsEmpty
            ? new Excerpt(text[..end], null)
            : new Excerpt(text[..end], more > 0 ? $"{more} more {(more == 1 ? "line" : "lines")}, {rest.Length} characters" : $"{rest.Length} more characters");
    }

    public override string ToString() => LeftOut is null ? Text : $"{Text} … ({LeftOut} left out)";
}
