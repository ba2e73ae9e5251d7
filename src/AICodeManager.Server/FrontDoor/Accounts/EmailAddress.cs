using System.Globalization;
using System.Text;
using AICodeManager.Server.Ground.Text;

namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>An e-mail address as an account name: data only, compared without case and in one Unicode form.</summary>
public static class EmailAddress
{
    /// <summary>RFC 5321 section 4.5.3.1.3: 254 characters in all.</summary>
    public const int MaxLength = 254;

    /// <summary>Judges the text and its normal form, which may hold other characters (a full-width @ becomes one).</summary>
    public static bool IsAcceptable(string? text) =>
        text is { Length: >= 3 and <= MaxLength } && text.EnumerateRunes().All(IsVisible) && HasParts(text) && HasParts(Key(text));

    /// <summary>One key for all spellings of an address. Only for acceptable ones: broken UTF-16 has no normal form.</summary>
    public static string Key(string text) =>
        Nfkc.Of(Nfkc.Of(text).ToLowerInvariant());

    private static bool HasParts(string text) =>
        text.Length <= MaxLength
        && text.Split('@') is [{ Length: > 0 and <= 64 }, { Length: > 0 }]
        && text.EnumerateRunes().All(IsVisible);

    // Characters that nobody sees would let two addresses look the same. U+FFFD is also what a broken surrogate reads as.
    private static bool IsVisible(Rune rune) =>
        rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator);
}
