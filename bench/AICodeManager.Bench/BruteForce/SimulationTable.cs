using System.Globalization;

namespace AICodeManager.Bench.BruteForce;

/// <summary>Means over the scenarios of a kind, beside what the combination in the corpus' description measured.</summary>
/// <param name="Reached">Guesses that were looked at, of a scenario.</param>
/// <param name="Alert">Seconds to the first alert; null where a scenario had none.</param>
/// <param name="Refused">Right proofs refused, in all scenarios of the kind together.</param>
public sealed record SimulationRow(string Kind, bool IsAttack, int Scenarios, double Tried, double Reached, double? Alert, int Right, int Refused)
{
    /// <summary>Kinds in the order of the file.</summary>
    public static IReadOnlyList<SimulationRow> Of(IEnumerable<SimulationResult> results) =>
    [
        .. results.GroupBy(r => r.Scenario.Kind).Select(kind => new SimulationRow(
            kind.Key, kind.First().Scenario.IsAttack, kind.Count(), kind.Average(r => r.Tried), kind.Average(r => r.Reached),
            kind.All(r => r.FirstAlert is not null) ? kind.Average(r => r.FirstAlert!.Value) : null,
            kind.Sum(r => r.Right), kind.Sum(r => r.Refused))),
    ];

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"| {Kind} | {Tried:0} | {(IsAttack ? $"{Reached:0.0}" : "")} | {(Alert is { } alert ? $"{alert:0.0}" : "never")} | {Right} | {Refused} |");
}
