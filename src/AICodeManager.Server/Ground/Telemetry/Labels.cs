namespace AICodeManager.Server.Ground.Telemetry;

/// <summary>
/// What may stand in a label of a metric: words of the code or of the configuration. A name that came from outside would be
/// personal data sooner or later, and a series of its own each time.
/// </summary>
public static class Labels
{
    /// <summary>Stands for everything that is no such word.</summary>
    public const string Other = "other";

    private const int Longest = 48;

    /// <summary>The text where it is a word (small letters, digits, <c>_</c> and <c>-</c>, the first a letter), else <see cref="Other"/>.</summary>
    public static string Word(string? text)
    {
        if (text is not { Length: > 0 and <= Longest } || !char.IsAsciiLetterLower(text[0]))
        {
            return Other;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('_' or '-'))
            {
                return Other;
            }
        }

        return text;
    }
}
