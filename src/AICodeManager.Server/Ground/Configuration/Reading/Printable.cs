namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>Makes text of the file fit to stand in a one-line report.</summary>
internal static class Printable
{
    /// <summary>Characters that are shown at most.</summary>
    public const int MaxLength = 64;

    /// <summary>At most <see cref="MaxLength"/> characters, control characters replaced: a value cannot forge a second line.</summary>
    public static string Of(string text)
    {
        var shown = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return string.Concat(shown.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c));
    }
}
