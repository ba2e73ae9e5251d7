using System.Globalization;
using AICodeManager.Server.FrontDoor.Attacks.Detection;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>What the detectors saw in one request: for each class the strongest sign with its place, and the sum of all scores.</summary>
public sealed class Findings
{
    /// <summary>Characters of a value that the audit may show.</summary>
    private const int MostShown = 64;

    private const int Classes = 5;
    private readonly Sign[] strongest = new Sign[Classes];
    private readonly int[] scores = new int[Classes];

    /// <summary>Signs in fields that carry code: counted, nothing more.</summary>
    public int InCode { get; private set; }

    public bool Any { get; private set; }

    /// <summary>The sum of a class's scores.</summary>
    public int ScoreOf(AttackClass of) => scores[(int)of];

    /// <summary>The strongest sign of a class; meaningful where <see cref="ScoreOf"/> is more than nothing.</summary>
    public Sign StrongestOf(AttackClass of) => strongest[(int)of];

    /// <param name="name">Of the field, as the client wrote it.</param>
    /// <param name="value">As it was decoded.</param>
    public void Add(Finding finding, FieldKind kind, Part part, ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        if (kind == FieldKind.Code)
        {
            InCode++;
            return;
        }

        Any = true;
        var of = (int)finding.Class;
        scores[of] += finding.Score;
        if (finding.Score > strongest[of].Finding.Score)
        {
            // A cookie of somebody else's may be a secret of theirs.
            strongest[of] = new(finding, part, Shown(name), part == Part.Cookie ? "" : Shown(value));
        }
    }

    // What somebody else will read in a terminal or a page: no control characters, no half of a pair.
    private static string Shown(ReadOnlySpan<char> text) => string.Create(Math.Min(text.Length, MostShown), text, static (to, from) =>
    {
        for (var i = 0; i < to.Length; i++)
        {
            var unfit = char.IsSurrogate(from[i]) || CharUnicodeInfo.GetUnicodeCategory(from[i])
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            to[i] = unfit ? '\uFFFD' : from[i];
        }
    });

    /// <summary>One sign and where it stood.</summary>
    /// <param name="Field">Name of the field, at most 64 characters.</param>
    /// <param name="Sample">The value's first 64 characters.</param>
    public readonly record struct Sign(Finding Finding, Part Part, string Field, string Sample)
    {
        /// <summary>For example <c>query.search</c>.</summary>
        public string Place => Field.Length == 0 ? Part.ToString().ToLowerInvariant() : $"{Part.ToString().ToLowerInvariant()}.{Field}";
    }
}
