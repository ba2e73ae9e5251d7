namespace AICodeManager.Server.Keeping.Checks.Advisories;

/// <summary>One known vulnerability of one component, in the shape of OSV (ossf.github.io/osv-schema) as far as it is used.</summary>
/// <param name="Id">GHSA or CVE.</param>
/// <param name="Ecosystem"><c>NuGet</c>, <c>npm</c>, or <c>system</c> for what the operating system brings and may have patched under the same version.</param>
/// <param name="Severity"><c>low</c>, <c>moderate</c>, <c>high</c> or <c>critical</c>.</param>
/// <param name="Source">Where it is told of.</param>
public sealed record Advisory(
    string Id, IReadOnlyList<string> Aliases, string Ecosystem, string Package, IReadOnlyList<AffectedRange> Ranges, string Severity, string Summary,
    string Source)
{
    /// <summary>The version that mends it, for who runs this one; null where this one is not affected.</summary>
    public AffectedRange? Hits(ComponentVersion version) => Ranges.FirstOrDefault(range =>
        version.CompareTo(ComponentVersion.Of(range.Introduced)) >= 0
        && (range.Fixed is null || version.CompareTo(ComponentVersion.Of(range.Fixed)) < 0));
}

/// <param name="Introduced">The first affected version; <c>0</c> for all before.</param>
/// <param name="Fixed">The first one that is not; null where there is none yet.</param>
public sealed record AffectedRange(string Introduced, string? Fixed);

/// <summary>Until when makers mend a line of versions.</summary>
/// <param name="Line">What its versions begin with, such as <c>10.0</c>.</param>
public sealed record Lifecycle(string Ecosystem, string Package, string Line, DateOnly Ends);
