namespace AICodeManager.Server.Keeping.Checks;

/// <summary>One line of the checklists: what is looked at, and in which reviews. Its words stand in <c>Words/</c>.</summary>
/// <param name="Id">Stable snake_case name; the dashboard, scripts and earlier results know it by this.</param>
/// <param name="Look">Reads the live system. It may throw: that is a failure that says so.</param>
public sealed record CheckItem(string Id, Reviews Reviews, Func<CheckScene, CancellationToken, Task<Finding>> Look)
{
    /// <summary>Reads everything that is kept, which takes as long as that is large: the command gives it minutes.</summary>
    public bool Heavy { get; init; }
}
