using System.Globalization;
using System.Text;
using AICodeManager.Server.Ground.Text;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>
/// One name for all spellings of an account that somebody tries: width, case, blanks and characters nobody sees make no
/// other one. Names that no account can have are charged like all others.
/// </summary>
public static class AttemptName
{
    public static string Of(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsNothing(rune))
            {
                visible.Append(rune.ToString());
            }
        }

        return Nfkc.Of(Nfkc.Of(visible.ToString()).ToLowerInvariant());
    }

    private static bool IsNothing(Rune rune) => Rune.IsWhiteSpace(rune) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.SpaceSeparator;
}
