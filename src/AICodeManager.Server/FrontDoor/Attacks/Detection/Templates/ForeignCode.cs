namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>Code and objects of other platforms, recognised by names that only an attack writes: Java, Node.js, Python, serialized objects.</summary>
internal static class ForeignCode
{
    /// <summary>What the value is as a whole: a class, an object, a loop, a call.</summary>
    public static Finding JudgeWhole(ReadOnlySpan<char> text)
    {
        if (text.Length < 4)
            return default;
        // The header of a serialized Java object in base64, for each of its three alignments, and in hexadecimal.
        if (text.StartsWith("rO0AB") || text.StartsWith("KztAAU") || text.StartsWith("Cs7QAF") || text.StartsWith("aced0005"))
            return TemplateDetector.Strong("java.serialized");
        if (IsClassName(text))
            return TemplateDetector.Strong("java.class");
        if (IsEndlessLoop(text))
            return TemplateDetector.Strong("code.loop");
        // A filter of a directory that begins with the rest of a condition.
        if (text[0] == '*' && (text.StartsWith("*(|(") || text.StartsWith("*(&(")))
            return TemplateDetector.Strong("ldap.filter");
        return text[0] == '_' && text.Is("__proto__") ? TemplateDetector.Strong("code.program") : PhpCode.Whole(text);
    }

    /// <summary>Whether a word of the lists stands before the sign, or the sign begins one.</summary>
    public static bool IsSuspect(ReadOnlySpan<char> text, int at) => text[at] switch
    {
        '_' => text.At(at + 1) == '_' || text.At(at + 1) == '$',
        '!' => text.StartsAt(at, "!!py"),
        '#' => text.At(at + 1) == '_',
        '@' => text.StartsAt(at, "@ognl"),
        // jndi:, constructor:
        ':' => (text.At(at - 1) | 0x20) is 'i' or 'r' && TemplateWords.IsSuspect(text.WordBefore(at)),
        '.' or '(' or '[' => char.IsAsciiLetterOrDigit(text.At(at - 1)) && TemplateWords.IsSuspect(text.WordBefore(at)),
        _ => false,
    };

    public static Finding Judge(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(TemplateWords.JavaExploits))
            return TemplateDetector.Strong("java.exploit");
        return text.ContainsAny(TemplateWords.Programs) ? TemplateDetector.Strong("code.program") : default;
    }

    /// <summary>A value that is nothing but the name of a Java class asks a deserializer or an expression for it; prose names exceptions.</summary>
    private static bool IsClassName(ReadOnlySpan<char> text)
    {
        if (text.Length is < 8 or > 120 || (text[0] | 0x20) is not ('j' or 'o' or 'c' or 's') || !char.IsAsciiLetter(text[1]))
            return false;
        foreach (var package in TemplateWords.JavaPackages)
            if (text.StartsWith(package, StringComparison.OrdinalIgnoreCase))
                return !text.ContainsAny(' ', '/', ':') && !text.EndsWith("Exception", StringComparison.OrdinalIgnoreCase) && !text.EndsWith("Error", StringComparison.OrdinalIgnoreCase);
        return false;
    }

    /// <summary>The same within a document: a class that is all an element or an attribute holds, for whoever makes objects of it.</summary>
    public static Finding InDocument(ReadOnlySpan<char> text, int dot)
    {
        var start = dot - text.WordBefore(dot).Length;
        if (text.At(start - 1) is not ('>' or '"' or '\'') || !TemplateWords.IsSuspect(text[start..dot]))
            return default;
        var end = dot;
        while (end < text.Length && end - start <= 120 && (FoldedText.IsWord(text[end]) || text[end] is '.' or '$'))
            end++;
        return text.At(end) is '<' or '"' or '\'' && IsClassName(text[start..end]) ? TemplateDetector.Strong("java.class") : default;
    }

    /// <summary>A value that is only a loop without end, to keep an evaluator busy.</summary>
    private static bool IsEndlessLoop(ReadOnlySpan<char> text) =>
        text[0] is 'w' or 'W' && text.StartsAt(0, "while(") && text.Length > 8 && text[^1] is ')' or ';' or '}' && !text.Contains(' ');
}
