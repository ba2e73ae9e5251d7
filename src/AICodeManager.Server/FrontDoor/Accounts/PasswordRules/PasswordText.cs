using System.Diagnostics.CodeAnalysis;
using System.Text;
using AICodeManager.Server.Ground.Text;

namespace AICodeManager.Server.FrontDoor.Accounts.PasswordRules;

/// <summary>
/// The one form in which a password is judged and hashed: NFKC, as NIST SP 800-63B-4 section 3.1.1.2 asks, so that a
/// Hangul syllable is the same password from every keyboard. No character is refused and none is cut off.
/// </summary>
public static class PasswordText
{
    /// <summary>Accepted lengths in Unicode characters of the normal form.</summary>
    public const int MinLength = 8, MaxLength = 256;

    // No accepted password is longer as it is sent: NFC and NFD forms of 256 characters stay far below this.
    private const int MaxSent = 4 * MaxLength;

    /// <summary>The normal form; false where the text is broken UTF-16, or longer than any password can be.</summary>
    public static bool TryNormalize(string sent, [NotNullWhen(true)] out string? normal)
    {
        normal = null;
        if (sent.Length > MaxSent || !IsWellFormed(sent))
        {
            return false;
        }

        normal = Nfkc.Of(sent);
        return LengthOf(normal) <= MaxLength;
    }

    /// <summary>In Unicode characters: what people count, nearly.</summary>
    public static int LengthOf(string text) => text.EnumerateRunes().Count();

    private static bool IsWellFormed(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune))
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        return true;
    }
}
