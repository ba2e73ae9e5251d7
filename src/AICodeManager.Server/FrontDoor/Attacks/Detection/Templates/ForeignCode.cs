namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>Code and objects of other platforms, recognised by names that only an attack writes: Java, Node.js, Python, serialized objects.</summary>
internal static class ForeignCode
{
    public static Finding Judge(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(TemplateWords.JavaExploits))
            return TemplateDetector.Strong("java.exploit");
        if (text.ContainsAny(TemplateWords.JavaSerialized))
            return TemplateDetector.Strong("java.serialized");
        if (text.ContainsAny(TemplateWords.Programs) || text.Is("__proto__"))
            return TemplateDetector.Strong("code.program");
        if (IsClassName(text))
            return TemplateDetector.Strong("java.class");
        if (IsPhpObject(text))
            return TemplateDetector.Strong("php.object");
        return IsEndlessLoop(text) ? TemplateDetector.Strong("code.loop") : default;
    }

    /// <summary>A value that is nothing but the name of a Java class asks a deserializer or an expression for it; prose names exceptions.</summary>
    private static bool IsClassName(ReadOnlySpan<char> text)
    {
        if (text.Length is < 8 or > 120 || text.ContainsAny(' ', '/', ':'))
            return false;
        foreach (var package in TemplateWords.JavaPackages)
            if (text.StartsWith(package, StringComparison.OrdinalIgnoreCase))
                return !text.EndsWith("Exception", StringComparison.OrdinalIgnoreCase) && !text.EndsWith("Error", StringComparison.OrdinalIgnoreCase);
        return false;
    }

    /// <summary>O:8:"stdClass":0:{…}, the way PHP writes an object down.</summary>
    private static bool IsPhpObject(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOf(":\""); at > 2;)
        {
            var i = at - 1;
            while (i > 0 && char.IsAsciiDigit(text[i]) && at - i < 6)
                i--;
            if (i < at - 1 && text[i] == ':' && text.At(i - 1) is 'O' or 'o' or 'C' && !FoldedText.IsWord(text.At(i - 2)))
                return true;
            var next = text[(at + 2)..].IndexOf(":\"");
            at = next < 0 ? -1 : at + 2 + next;
        }

        return false;
    }

    /// <summary>A value that is only a loop without end, to keep an evaluator busy.</summary>
    private static bool IsEndlessLoop(ReadOnlySpan<char> text) =>
        text.StartsAt(0, "while(") && text.Length > 8 && text[^1] is ')' or ';' or '}' && !text.Contains(' ');
}
