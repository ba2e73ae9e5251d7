using System.Buffers;
using System.Globalization;

namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// The outer form of a sealed text: <c>v2.</c>, the number of its key, a point, and in base64url the nonce, the
/// ciphertext and the tag. The first form, <c>v1.</c> without number, was sealed under the configured key itself.
/// </summary>
internal readonly ref struct SealedText
{
    public const int NonceBytes = 12, TagBytes = 16;

    /// <summary>Bytes of UTF-8 in the longest text that is sealed: a line of an agent's output, escaped, is shorter.</summary>
    public const int MaxPlainBytes = 32 << 20;

    /// <summary>Stands for the first form, which has no number.</summary>
    public const long FirstForm = 0;

    private const string FirstPrefix = "v1.", SecondPrefix = "v2.";
    private const int MostDigits = 12;
    private static readonly int MostBody = (NonceBytes + MaxPlainBytes + TagBytes + 2) / 3 * 4;
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private SealedText(long number, ReadOnlySpan<char> body)
    {
        Number = number;
        Body = body;
    }

    /// <summary>Of its key, from 1; <see cref="FirstForm"/> for the first form.</summary>
    public long Number { get; }

    /// <summary>Base64url, not decoded yet.</summary>
    public ReadOnlySpan<char> Body { get; }

    /// <summary>What every text begins with that the key of a number sealed.</summary>
    public static string PrefixOf(long number) =>
        number == FirstForm ? FirstPrefix : string.Create(CultureInfo.InvariantCulture, $"{SecondPrefix}{number}.");

    /// <summary>Whether a text has the form; that says nothing about whether it opens.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SealedText parsed)
    {
        parsed = default;
        var number = FirstForm;
        if (text.StartsWith(SecondPrefix, StringComparison.Ordinal))
        {
            text = text[SecondPrefix.Length..];
            var end = text[..Math.Min(text.Length, MostDigits + 1)].IndexOf('.');
            // One text for one number: no zero before it.
            if (end < 1 || text[0] == '0' || !long.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out number))
            {
                return false;
            }

            text = text[(end + 1)..];
        }
        else if (text.StartsWith(FirstPrefix, StringComparison.Ordinal))
        {
            text = text[FirstPrefix.Length..];
        }
        else
        {
            return false;
        }

        if (text.Length > MostBody || text.Length % 4 == 1 || text.Length * 3 / 4 < NonceBytes + TagBytes || text.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        parsed = new SealedText(number, text);
        return true;
    }
}
