using System.Globalization;
using System.Text;

namespace AICodeManager.Server.Keeping.Alerts;

/// <summary>
/// Makes text that came from anywhere fit to leave the house: bounded, one line, without control, formatting and
/// direction-changing characters, and whole characters only (PostgreSQL takes neither NUL nor half a pair).
/// </summary>
internal static class AlertText
{
    public const int MaxSubject = 200, MaxFacts = 16, MaxName = 40, MaxValue = 300;

    public static string Line(string text, int max)
    {
        var line = new StringBuilder(Math.Min(text.Length, max));
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > max)
                return line.Append('…').ToString();
            line.Append(IsPlain(rune) ? rune.ToString() : " ");
        }

        return line.ToString();
    }

    public static SortedDictionary<string, string> Facts(IReadOnlyDictionary<string, string> facts) => new(
        facts.Take(MaxFacts).GroupBy(fact => Line(fact.Key, MaxName)).ToDictionary(same => same.Key, same => Line(same.First().Value, MaxValue)),
        StringComparer.Ordinal);

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
