using System.Text.RegularExpressions;
using AICodeManager.Server.FrontDoor.Attacks.Detection;
using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Sections;

namespace AICodeManager.Server.FrontDoor.Attacks.Scanning;

/// <summary>
/// The operator's own part: patterns of the configuration, which run without backtracking over every text, and rules that
/// are turned off by name.
/// </summary>
public sealed class PatternRules(AttackDetectionSettings settings)
{
    /// <summary>Characters of a value that patterns are tried on.</summary>
    private const int MostTried = 8192;

    private readonly (AttackClass Class, Regex Pattern, int Score, string Rule)[] patterns =
    [
        .. Of(AttackClass.SqlInjection, settings.SqlInjection, "sql.configured"),
        .. Of(AttackClass.CrossSiteScripting, settings.XssDetection, "html.configured"),
    ];

    private readonly string[] off = [.. settings.DisabledRules];

    public bool Any => patterns.Length > 0;

    /// <summary>Whether the operator has turned a rule off.</summary>
    public bool IsOff(string rule) => off.Length > 0 && off.Contains(rule);

    /// <summary>The first pattern that a value has.</summary>
    public Finding Judge(ReadOnlySpan<char> value)
    {
        value = value[..Math.Min(value.Length, MostTried)];
        foreach (var (of, pattern, score, rule) in patterns)
        {
            if (pattern.IsMatch(value))
                return new(of, score, rule);
        }

        return default;
    }

    private static IEnumerable<(AttackClass, Regex, int, string)> Of(AttackClass of, PatternSettings settings, string rule) => settings.Patterns.Count == 0
        ? []
        // One machine for all of a class: it costs as much as a single one.
        : [(of, new Regex(string.Join('|', settings.Patterns.Select(p => $"(?:{p})")), Patterns.Options), settings.PatternScore, rule)];
}
