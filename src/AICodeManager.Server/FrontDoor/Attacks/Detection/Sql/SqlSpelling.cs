namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

/// <summary>A value as somebody behind us may read it who is less strict.</summary>
internal static class SqlSpelling
{
    /// <summary>Writes the value anew and says how long it became: never longer than it was.</summary>
    public delegate int Rewriter(ReadOnlySpan<char> text, Span<char> into);

    /// <summary><c>UN/**/ION</c>: filters that take comments out before the query is put together join what they parted.</summary>
    public static int WithoutComments(ReadOnlySpan<char> text, Span<char> into)
    {
        var written = 0;
        while (text.Length > 0)
        {
            var open = text.IndexOf("/*");
            var close = open < 0 ? -1 : text[(open + 2)..].IndexOf("*/");
            if (close < 0)
            {
                text.CopyTo(into[written..]);
                return written + text.Length;
            }

            // What is in /*!…*/ counts in MySQL: that is the tokenizer's to open.
            var kept = text[open + 2] == '!' ? open + 3 : open;
            text[..kept].CopyTo(into[written..]);
            written += kept;
            text = text[(kept > open ? kept : open + 2 + close + 2)..];
        }

        return written;
    }

    /// <summary><c>1'+or+1=1</c>: a form's blanks that were encoded once more on the way.</summary>
    public static int WithBlanksForPluses(ReadOnlySpan<char> text, Span<char> into)
    {
        text.Replace(into, '+', ' ');
        return text.Length;
    }
}
