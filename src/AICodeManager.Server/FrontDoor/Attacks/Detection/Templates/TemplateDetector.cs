using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>
/// Code for whatever evaluates text behind a page: template engines, PHP, Java expressions, Node.js, Python, document stores,
/// directories, deserializers. A place-holder (<c>{{name}}</c>, <c>${HOME}</c>, <c>&lt;%= title %&gt;</c>) is none of it; an operator, a
/// call or a walk to the interpreter is.
/// </summary>
internal static class TemplateDetector
{
    private static readonly SearchValues<char> Signs = SearchValues.Create("{<$(_:.%#*=\"!\\@[");

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        if (!folded.ContainsAny(Signs))
            return default;
        var worst = Expressions.Judge(folded);
        if (worst.Score < Finding.Strong)
            worst = Heavier(worst, ForeignCode.Judge(folded));
        if (worst.Score < Finding.Strong)
            worst = Heavier(worst, PhpCode.Judge(folded));
        if (worst.Score < Finding.Strong)
            worst = Heavier(worst, StoreFilters.Judge(folded));
        return worst;
    }

    internal static Finding Strong(string rule) => new(AttackClass.CommandInjection, Finding.Strong, rule);

    internal static Finding Weak(string rule) => new(AttackClass.CommandInjection, Finding.Weak, rule);

    private static Finding Heavier(Finding one, Finding other) => other.Score > one.Score ? other : one;
}
