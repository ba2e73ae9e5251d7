using AICodeManager.Server.FrontDoor.Attacks.Detection.Sql;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection;

/// <summary>
/// One decoded value of a request → what the detectors saw in it. Takes time in proportion to the value's length, up to
/// <see cref="Fold.Most"/> characters; allocates nothing, throws on nothing.
/// </summary>
internal static class ValueScanner
{
    /// <summary>Shorter values hold no attack: two characters end a string and begin nothing.</summary>
    private const int Shortest = 3;

    private const int OnStack = 512;

    /// <summary>Looks at a value that the framework has decoded once, as an endpoint would read it.</summary>
    public static ValueFindings Scan(ReadOnlySpan<char> value, FieldKind kind)
    {
        if (kind is FieldKind.Code or FieldKind.Secret || value.Length < Shortest)
            return default;

        using var folded = new Pooled(Fold.Room(value), stackalloc char[OnStack]);
        var text = Fold.Into(value, folded.Span);
        var findings = Judge(text);
        if (text.Contains('%') && !Enough(findings))
            findings.Add(DecodedOnceMore(text));
        return findings;
    }

    /// <summary>
    /// A value that still holds <c>%27</c> was encoded twice, or is meant for something behind us that decodes again. We do not,
    /// so what only shows then is judged as it would be there.
    /// </summary>
    private static ValueFindings DecodedOnceMore(ReadOnlySpan<char> text)
    {
        using var decoded = new Pooled(text.Length, stackalloc char[OnStack]);
        var length = PercentCode.Decode(text, decoded.Span);
        if (length == text.Length)
            return default;
        using var folded = new Pooled(length, stackalloc char[OnStack]);
        return Judge(Fold.Into(decoded.Span[..length], folded.Span));
    }

    private static ValueFindings Judge(ReadOnlySpan<char> text)
    {
        var findings = default(ValueFindings);
        findings.Add(SqlDetector.Judge(text));
        return findings;
    }

    private static bool Enough(in ValueFindings findings) => findings.Score >= Finding.Strong;
}
