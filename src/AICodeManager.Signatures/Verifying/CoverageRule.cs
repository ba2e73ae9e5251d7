using AICodeManager.Signatures.Messages;

namespace AICodeManager.Signatures.Verifying;

/// <summary>What a signature has to cover: all names of at least one of the lists, where the rule applies to a request.</summary>
public sealed class CoverageRule
{
    private readonly string[][] choices;
    private readonly Func<IRequestMessage, bool>? applies;

    private CoverageRule(string[][] choices, Func<IRequestMessage, bool>? applies) => (this.choices, this.applies) = (choices, applies);

    /// <summary>Always, all of these.</summary>
    public static CoverageRule All(params string[] names) => new([names], null);

    /// <summary>Always, all names of one of these lists.</summary>
    public static CoverageRule Either(params string[][] choices) => new(choices, null);

    /// <summary>Where the request has content.</summary>
    public static CoverageRule WithContent(params string[] names) => new([names], static m => m.HasContent);

    /// <summary>A field, where the request has it.</summary>
    public static CoverageRule IfSent(string field) => new([[field]], m => m.Lines(field) > 0);

    internal bool IsMet(IRequestMessage message, ReadOnlySpan<Component> covered)
    {
        if (applies is not null && !applies(message))
        {
            return true;
        }

        foreach (var names in choices)
        {
            if (CoversAll(names, covered))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>For an error message.</summary>
    public override string ToString() => string.Join(" or ", choices.Select(names => string.Join(" ", names.Select(n => $"\"{n}\""))));

    private static bool CoversAll(string[] names, ReadOnlySpan<Component> covered)
    {
        foreach (var name in names)
        {
            if (!Covers(name, covered))
            {
                return false;
            }
        }

        return true;
    }

    // Only as a whole: a member of a dictionary, say, would leave its other members open.
    private static bool Covers(string name, ReadOnlySpan<Component> covered)
    {
        foreach (ref readonly var component in covered)
        {
            if (component.IsPlain && component.Name == name)
            {
                return true;
            }
        }

        return false;
    }
}
