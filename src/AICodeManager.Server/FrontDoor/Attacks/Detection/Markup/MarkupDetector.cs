using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Markup;

/// <summary>
/// Cross-site scripting: markup that would run something if a page showed the value unescaped. Looks at the value as the
/// content of an element, as the inside of an attribute (with and without each quote), and as the inside of a script.
/// Formatting (<c>&lt;b&gt;</c>, links, images), comparisons, generics and addresses of mail are no finding.
/// </summary>
internal static class MarkupDetector
{
    /// <summary>Nothing below can be written without one of these.</summary>
    private static readonly SearchValues<char> Signs = SearchValues.Create("<=(`:+&\\");

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        var sign = folded.IndexOfAny(Signs);
        if (sign < 0)
            return default;

        var worst = ElementScan.Judge(folded);
        if (worst.Score < Finding.Strong)
            worst = Heavier(worst, HandlerScan.Judge(folded));
        if (worst.Score < Finding.Strong)
            worst = Heavier(worst, ScriptScan.Judge(folded));
        return worst;
    }

    internal static Finding Strong(string rule) => new(AttackClass.CrossSiteScripting, Finding.Strong, rule);

    internal static Finding Weak(string rule) => new(AttackClass.CrossSiteScripting, Finding.Weak, rule);

    private static Finding Heavier(Finding one, Finding other) => other.Score > one.Score ? other : one;
}
