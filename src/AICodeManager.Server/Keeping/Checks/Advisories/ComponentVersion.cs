using System.Globalization;

namespace AICodeManager.Server.Keeping.Checks.Advisories;

/// <summary>A version as NuGet, npm and upstream projects write theirs: numbers with dots, then perhaps a word for what came before the release.</summary>
public sealed record ComponentVersion(IReadOnlyList<long> Numbers, string? Before)
{
    private const int MostNumbers = 6;

    /// <summary>What cannot be read counts as 0, the oldest: nothing is called mended that nobody knows.</summary>
    public static ComponentVersion Of(string text)
    {
        var core = text.TrimStart('v').Split('+')[0];
        var dash = core.IndexOf('-', StringComparison.Ordinal);
        var (numbers, before) = dash < 0 ? (core, null) : (core[..dash], core[(dash + 1)..]);
        return new(
            [.. numbers.Split('.').Take(MostNumbers).Select(part => long.TryParse(Digits(part), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0)],
            before);
    }

    /// <summary>A word before the release is older than the release (Semantic Versioning 2.0.0, section 11).</summary>
    public int CompareTo(ComponentVersion other)
    {
        for (var i = 0; i < Math.Max(Numbers.Count, other.Numbers.Count); i++)
        {
            var by = Numbers.ElementAtOrDefault(i).CompareTo(other.Numbers.ElementAtOrDefault(i));
            if (by != 0)
                return by;
        }

        return (Before, other.Before) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            var (mine, theirs) => CompareWords(mine.Split('.'), theirs.Split('.')),
        };
    }

    private static int CompareWords(string[] mine, string[] theirs)
    {
        for (var i = 0; i < Math.Max(mine.Length, theirs.Length); i++)
        {
            if (i >= mine.Length || i >= theirs.Length)
                return mine.Length.CompareTo(theirs.Length);
            var (isNumber, number) = (long.TryParse(mine[i], out var left), left);
            var (otherIs, otherNumber) = (long.TryParse(theirs[i], out var right), right);
            var by = isNumber && otherIs ? number.CompareTo(otherNumber)
                : isNumber != otherIs ? (isNumber ? -1 : 1)
                : string.CompareOrdinal(mine[i], theirs[i]);
            if (by != 0)
                return by;
        }

        return 0;
    }

    private static string Digits(string part) => new([.. part.TakeWhile(char.IsAsciiDigit)]);
}
