namespace AICodeManager.Server.Keeping.Checks.Advisories;

/// <summary>Looks the inventory up in the advisory file. What is not in the file is not known, and nothing is said of it.</summary>
internal static class DependencyChecks
{
    private const int MaxAgeDays = 90, Shown = 8;

    public static async Task<Finding> VulnerableAsync(CheckScene scene, CancellationToken cancel)
    {
        var inventory = await scene.Inventory.Value.WaitAsync(cancel);
        var found = (
            from component in inventory.Components
            from advisory in scene.Advisories.Advisories
            where advisory.Ecosystem == component.Ecosystem && advisory.Package.Equals(component.Package, StringComparison.OrdinalIgnoreCase)
            let range = advisory.Hits(ComponentVersion.Of(component.Version))
            where range is not null
            select (component, advisory, range)).ToList();
        var known = $"{inventory.Components.Count} components against {scene.Advisories.Advisories.Count} advisories of {scene.Advisories.Date:yyyy-MM-dd}";
        if (found.Count == 0)
            return Finding.Pass($"{known}: none is named");
        // Distributions mend without raising the version: of those we know only that upstream says so.
        var worst = found.Any(hit => hit.component.Ecosystem != Inventory.System && hit.advisory.Severity is "high" or "critical") ? CheckResult.Fail : CheckResult.Warn;
        var names = found.OrderBy(hit => hit.component.Ecosystem == Inventory.System).Take(Shown).Select(hit =>
            $"{hit.component}: {hit.advisory.Id} ({hit.advisory.Severity}, {(hit.range.Fixed is { } mended ? $"fixed in {mended}" : "no fixed version known")}"
            + $"{(hit.component.Ecosystem == Inventory.System ? ", unless the distribution has patched it" : "")})");
        return new(worst, $"{string.Join("; ", names)}{(found.Count > Shown ? $"; and {found.Count - Shown} more" : "")} ({known})");
    }

    public static Task<Finding> FileAgeAsync(CheckScene scene, CancellationToken cancel)
    {
        var days = DateOnly.FromDateTime(scene.Now.UtcDateTime).DayNumber - scene.Advisories.Date.DayNumber;
        return Task.FromResult(Finding.When(
            days <= MaxAgeDays, $"the advisory file is of {scene.Advisories.Date:yyyy-MM-dd}, {days} days old; what was found later is not in it", CheckResult.Warn));
    }

    public static async Task<Finding> SupportedAsync(CheckScene scene, CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(scene.Now.UtcDateTime);
        var inventory = await scene.Inventory.Value.WaitAsync(cancel);
        var lines = (
            from component in inventory.Components
            from cycle in scene.Advisories.Lifecycles
            where cycle.Ecosystem == component.Ecosystem && cycle.Package == component.Package && $"{component.Version}.".StartsWith($"{cycle.Line}.", StringComparison.Ordinal)
            select (component, cycle.Ends)).ToList();
        if (lines.Count == 0)
            return Finding.Warn("the advisory file knows none of the lines of versions that run here");
        return Finding.Worst([.. lines.Select(line =>
            line.Ends >= today.AddDays(MaxAgeDays) ? Finding.Pass($"{line.component} is mended until {line.Ends:yyyy-MM-dd}")
            : line.Ends >= today ? Finding.Warn($"{line.component} is mended until {line.Ends:yyyy-MM-dd} only")
            : new Finding(
                line.component.Ecosystem == Inventory.System ? CheckResult.Warn : CheckResult.Fail,
                $"{line.component} is mended by its makers no more since {line.Ends:yyyy-MM-dd}{(line.component.Ecosystem == Inventory.System ? "; the distribution may go on" : "")}"))]);
    }
}
