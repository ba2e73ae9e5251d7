using System.Globalization;
using System.Text;

namespace AICodeManager.Signatures.StructuredFields;

/// <summary>
/// Writes fields in their one canonical form (RFC 9651 section 4.1). Everything it is given can be written: what cannot was
/// refused with an <see cref="ArgumentException"/> when the value was made.
/// </summary>
public static class SfWriter
{
    public static string Write(SfBare bare)
    {
        var to = new StringBuilder();
        Append(to, bare);
        return to.ToString();
    }

    /// <summary>An item or an inner list with its parameters.</summary>
    public static string Write(SfMember member)
    {
        var to = new StringBuilder();
        Append(to, member);
        return to.ToString();
    }

    /// <summary>The parameters alone, each after a semicolon; nothing if there are none.</summary>
    public static string Write(SfParameters parameters)
    {
        var to = new StringBuilder();
        Append(to, parameters);
        return to.ToString();
    }

    /// <summary>The members with a comma and a space between them. A list without members is empty text: its field is not sent at all.</summary>
    public static string Write(SfList list)
    {
        var to = new StringBuilder();
        foreach (var member in list)
        {
            Separate(to);
            Append(to, member);
        }

        return to.ToString();
    }

    /// <summary>The members with a comma and a space between them. A dictionary without members is empty text: its field is not sent at all.</summary>
    public static string Write(SfDictionary dictionary)
    {
        var to = new StringBuilder();
        foreach (var (key, member) in dictionary)
        {
            Separate(to);
            to.Append(key);
            if (member is SfItem { Value: { Kind: SfKind.Boolean, Boolean: true } })
                Append(to, member.Parameters);
            else
                Append(to.Append('='), member);
        }

        return to.ToString();
    }

    private static void Append(StringBuilder to, SfMember member)
    {
        if (member is SfItem item)
            Append(to, item.Value);
        else
            Append(to, ((SfInnerList)member).Items);
        Append(to, member.Parameters);
    }

    private static void Append(StringBuilder to, IReadOnlyList<SfItem> items)
    {
        to.Append('(');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                to.Append(' ');
            Append(to, items[i]);
        }

        to.Append(')');
    }

    private static void Append(StringBuilder to, SfParameters parameters)
    {
        foreach (var (key, value) in parameters)
        {
            to.Append(';').Append(key);
            if (value is not { Kind: SfKind.Boolean, Boolean: true })
                Append(to.Append('='), value);
        }
    }

    private static void Append(StringBuilder to, SfBare bare)
    {
        switch (bare.Kind)
        {
            case SfKind.Integer:
                to.Append(CultureInfo.InvariantCulture, $"{bare.Integer}");
                break;
            case SfKind.Decimal:
                to.Append(bare.Decimal.ToString("0.0##", CultureInfo.InvariantCulture));
                break;
            case SfKind.String:
                AppendString(to, bare.Text);
                break;
            case SfKind.Token:
                to.Append(bare.Text);
                break;
            case SfKind.Bytes:
                to.Append(':').Append(Convert.ToBase64String(bare.Bytes.Span)).Append(':');
                break;
            case SfKind.Boolean:
                to.Append(bare.Boolean ? "?1" : "?0");
                break;
            case SfKind.Date:
                to.Append(CultureInfo.InvariantCulture, $"@{bare.Date}");
                break;
            default:
                AppendDisplayString(to, bare.Text);
                break;
        }
    }

    private static void AppendString(StringBuilder to, string text)
    {
        to.Append('"');
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                to.Append('\\');
            to.Append(c);
        }

        to.Append('"');
    }

    private static void AppendDisplayString(StringBuilder to, string text)
    {
        to.Append("%\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && SfChars.Shown.Contains((char)rune.Value))
                to.Append((char)rune.Value);
            else
                SfPercent.Write(rune, to);
        }

        to.Append('"');
    }

    private static void Separate(StringBuilder to)
    {
        if (to.Length > 0)
            to.Append(", ");
    }
}
