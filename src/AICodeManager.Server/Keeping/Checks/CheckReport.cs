using AICodeManager.Server.Keeping.Checks.Words;

namespace AICodeManager.Server.Keeping.Checks;

/// <summary>What one run found, worst first within the order of the table.</summary>
/// <param name="Reviews">Words of <see cref="ReviewWords"/>.</param>
/// <param name="LastRunAt">When these reviews were run the last time before; null for never.</param>
/// <param name="Unrecorded">Why the run could not be kept; null where it was.</param>
public sealed record CheckReport(
    DateTimeOffset At, IReadOnlyList<string> Reviews, CheckCounts Counts, DateTimeOffset? LastRunAt, string? Unrecorded, IReadOnlyList<CheckLine> Items)
{
    public bool AnyFailed => Counts.Fail > 0;
}

/// <summary>How many items came out how.</summary>
public sealed record CheckCounts(int Pass, int Warn, int Fail, int Skip)
{
    public static CheckCounts Of(IReadOnlyCollection<CheckLine> lines)
    {
        return new(Count(CheckResult.Pass), Count(CheckResult.Warn), Count(CheckResult.Fail), Count(CheckResult.Skip));

        int Count(CheckResult result) => lines.Count(line => line.Result == CheckWords.Of(result));
    }
}

/// <summary>One item of a report.</summary>
/// <param name="Result"><c>pass</c>, <c>warn</c>, <c>fail</c> or <c>skip</c>.</param>
/// <param name="Previous">The same of the last run before; null where there is none.</param>
/// <param name="Since">Since when it has come out like this.</param>
public sealed record CheckLine(
    string Id, Wording Title, IReadOnlyList<string> Reviews, string Result, string Evidence, Wording ToDo, string? Previous, DateTimeOffset Since,
    long Milliseconds);
