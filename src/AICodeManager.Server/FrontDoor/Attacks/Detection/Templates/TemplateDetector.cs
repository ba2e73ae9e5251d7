using System.Buffers;

namespace AICodeManager.Server.FrontDoor.Attacks.Detection.Templates;

/// <summary>
/// Code for whatever evaluates text behind a page: template engines, PHP, Java expressions, Node.js, Python, document stores,
/// directories, deserializers. A place-holder (<c>{{name}}</c>, <c>${HOME}</c>, <c>&lt;%= title %&gt;</c>) is none of it; an operator, a
/// call or a walk to the interpreter is.
/// </summary>
internal static class TemplateDetector
{
    private static readonly SearchValues<char> Signs = SearchValues.Create("{<#[@$(._;):!");

    public static Finding Judge(ReadOnlySpan<char> folded)
    {
        var found = ForeignCode.JudgeWhole(folded);
        var searched = false;
        for (var at = found.Any ? -1 : folded.IndexOfAny(Signs); at >= 0; at = folded.Next(Signs, at + 1))
        {
            var finding = folded[at] switch
            {
                '{' or '<' or '#' or '[' or '@' => Heavier(Expressions.Judge(folded, at), folded[at] == '<' ? PhpCode.Tag(folded, at) : default),
                '$' => Heavier(StoreFilters.Operator(folded, at), PhpCode.Variable(folded, at)),
                '(' => PhpCode.Command(folded, at),
                ';' => StoreFilters.Script(folded, at),
                ')' => StoreFilters.Filter(folded, at),
                '.' when folded[0] == '<' => ForeignCode.InDocument(folded, at),
                _ => default,
            };

            // The lists of whole programs are asked once, and only where one of their words stands.
            if (!finding.Any && !searched && ForeignCode.IsSuspect(folded, at))
            {
                searched = true;
                finding = ForeignCode.Judge(folded);
            }

            if (finding.Score >= Finding.Strong)
                return finding;
            if (finding.Any)
                found = finding;
        }

        return found;
    }

    internal static Finding Strong(string rule) => new(AttackClass.CommandInjection, Finding.Strong, rule);

    internal static Finding Weak(string rule) => new(AttackClass.CommandInjection, Finding.Weak, rule);

    private static Finding Heavier(Finding one, Finding other) => other.Score > one.Score ? other : one;
}
