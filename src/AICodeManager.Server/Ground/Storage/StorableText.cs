using System.Text;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>
/// Text that both databases take and give back unchanged. PostgreSQL refuses NUL and half surrogate pairs, and a refused
/// field would cost the whole row: a way to erase one's own traces.
/// </summary>
public static class StorableText
{
    /// <summary>The text itself, or with U+FFFD for what cannot be stored.</summary>
    public static string Of(string text)
    {
        if (IsStorable(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // gives U+FFFD for half a pair
        {
            clean.Append(rune.Value == 0 ? Rune.ReplacementChar.ToString() : rune.ToString());
        }

        return clean.ToString();
    }

    public static string? OfOptional(string? text) => text is null ? null : Of(text);

    private static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
            {
                return false;
            }

            if (char.IsSurrogate(text[i]))
            {
                if (!char.IsSurrogatePair(text, i))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }
}
