using AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Paths;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Protocol;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Shell;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;
using AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>
/// One decoded value of a request → what the detectors saw in it. Takes time in proportion to the value's length, up to
/// <see cref="Fold.Most"/> characters; allocates nothing, throws on nothing.
/// </summary>
internal static class ValueScanner
{
    /// <summary>Shorter values hold no attack: two characters end a string and begin nothing.</summary>
    private const int Shortest = 3;

    /// <summary>How much of a field that carries code is looked at: it is only counted, and must cost nothing.</summary>
    private const int CodeWindow = 256;

    private const int LongestName = 32;

    private const int OnStack = 512;

    /// <summary>Looks at a value that the framework has decoded once, as an endpoint would read it.</summary>
    /// <param name="byClass">Five slots, all default: gets the strongest finding of each class.</param>
    /// <returns>Whether there is any.</returns>
    public static bool Scan(ReadOnlySpan<char> value, FieldKind kind, Span<Finding> byClass)
    {
        if (kind == FieldKind.Secret || value.Length < Shortest)
            return false;
        if (kind == FieldKind.Code)
            value = value[..Math.Min(value.Length, CodeWindow)];

        using var folded = new Pooled(Fold.Room(value), stackalloc char[OnStack]);
        var text = Fold.Into(value, folded.Span);
        var any = Judge(text, kind, byClass);
        var inner = PairWithin(text);
        if (inner.Length >= Shortest)
            any |= Judge(inner, kind, byClass);
        if (text.Contains('%'))
            any |= DecodedOnceMore(text, kind, byClass);
        return any;
    }

    /// <summary>
    /// What stands behind <c>name=</c> at a value's beginning: a pair whose sign was encoded is one name to us, and a pair to who
    /// splits it again.
    /// </summary>
    private static ReadOnlySpan<char> PairWithin(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && end < LongestName && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.'))
            end++;
        return end > 0 && end < text.Length && text[end] == '=' ? text[(end + 1)..] : default;
    }

    /// <summary>
    /// A value that still holds <c>%27</c> was encoded twice, or is meant for something behind us that decodes again: it is looked
    /// at as it would be read there.
    /// </summary>
    private static bool DecodedOnceMore(ReadOnlySpan<char> text, FieldKind kind, Span<Finding> byClass)
    {
        using var decoded = new Pooled(text.Length, stackalloc char[OnStack]);
        var length = PercentCode.Decode(text, decoded.Span);
        if (length == text.Length)
            return false;
        using var folded = new Pooled(length, stackalloc char[OnStack]);
        return Judge(Fold.Into(decoded.Span[..length], folded.Span), kind, byClass);
    }

    private static bool Judge(ReadOnlySpan<char> text, FieldKind kind, Span<Finding> byClass)
    {
        var any = Note(PathDetector.Judge(text), kind, byClass);
        // A file may be called anything; only where its path leads is judged.
        if (kind == FieldKind.Path)
            return any;
        any |= Note(SqlDetector.Judge(text), kind, byClass);
        any |= Note(MarkupDetector.Judge(text), kind, byClass);
        any |= Note(ShellDetector.Judge(text), kind, byClass);
        any |= Note(TemplateDetector.Judge(text), kind, byClass);
        any |= Note(ProtocolDetector.Judge(text), kind, byClass);
        return any;
    }

    private static bool Note(Finding finding, FieldKind kind, Span<Finding> byClass)
    {
        if (!finding.Any)
            return false;
        if (kind == FieldKind.Code)
            finding = finding with { Score = Finding.Weak };
        ref var slot = ref byClass[(int)finding.Class];
        if (finding.Score > slot.Score)
            slot = finding;
        return true;
    }
}
