using AICodeManager.Server.Keeping.Checks;
using AICodeManager.Server.Keeping.Checks.Advisories;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>The dependency check knows what its file knows, and the versions of what really runs.</summary>
public sealed class AdvisoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.2.3", "1.2.3", 0)]
    [InlineData("1.2", "1.2.0", 0)]
    [InlineData("10.0.9", "10.0.12", -1)]
    [InlineData("10.0.0-rc.2", "10.0.0", -1)]
    [InlineData("10.0.0-rc.2", "10.0.0-rc.10", -1)]
    [InlineData("10.0.0-preview.1", "10.0.0-rc.1", -1)]
    [InlineData("10.0.0-rc", "10.0.0-rc.1", -1)]
    [InlineData("2.0.31+build.5", "2.0.31", 0)]
    [InlineData("v3.50.2", "3.50.2", 0)]
    [InlineData("nonsense", "0.0.1", -1)]
    [InlineData("15.14", "15.9", 1)]
    public void Versions_have_an_order(string one, string other, int order)
    {
        Assert.Equal(order, Math.Sign(ComponentVersion.Of(one).CompareTo(ComponentVersion.Of(other))));
        Assert.Equal(-order, Math.Sign(ComponentVersion.Of(other).CompareTo(ComponentVersion.Of(one))));
    }

    [Theory]
    [InlineData("GHSA-x9vc-6hfv-hg8c", "8.0.2", true)] // CVE-2024-32655
    [InlineData("GHSA-x9vc-6hfv-hg8c", "8.0.3", false)]
    [InlineData("GHSA-x9vc-6hfv-hg8c", "10.0.0", false)]
    [InlineData("GHSA-8g9c-28fc-mcx2", "6.33.1", true)] // CVE-2024-21319
    [InlineData("GHSA-8g9c-28fc-mcx2", "6.34.0", false)]
    [InlineData("CVE-2025-55315", "10.0.0-rc.1", true)]
    [InlineData("CVE-2025-55315", "10.0.0", false)]
    [InlineData("CVE-2025-49844", "7.0.15", true)]
    [InlineData("CVE-2025-49844", "7.4.6", false)]
    public void The_shipped_file_knows_who_is_affected(string id, string version, bool affected) =>
        Assert.Equal(affected, AdvisoryFile.Shipped().Advisories.First(one => one.Id == id).Hits(ComponentVersion.Of(version)) is not null);

    [Fact]
    public void The_shipped_file_is_well_formed()
    {
        var file = AdvisoryFile.Shipped();
        Assert.All(file.Advisories, one =>
        {
            Assert.Contains(one.Ecosystem, new[] { Inventory.NuGet, Inventory.Npm, Inventory.System });
            Assert.Contains(one.Severity, new[] { "low", "moderate", "high", "critical" });
            Assert.NotEmpty(one.Ranges);
            Assert.All(one.Ranges, range => Assert.True(range.Fixed is null || ComponentVersion.Of(range.Introduced).CompareTo(ComponentVersion.Of(range.Fixed)) < 0, one.Id));
            Assert.StartsWith("https://", one.Source, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_inventory_is_that_of_what_runs()
    {
        var components = Inventory.Of(CheckLab.Postgres, CheckLab.Redis, CheckLab.Sandbox).Components;
        Assert.Contains(components, one => one is { Package: Inventory.Runtime } && one.Version == Environment.Version.ToString());
        Assert.Contains(components, one => one is { Package: Inventory.Framework, Version: ['1', '0', '.', ..] });
        Assert.Contains(components, one => one is { Ecosystem: Inventory.NuGet, Package: "Npgsql" });
        Assert.Contains(components, one => one is { Ecosystem: Inventory.System, Package: "SQLite", Version: ['3', '.', ..] });
        Assert.Contains(components, one => one is { Package: "OpenSSL", Version: ['3', '.', ..] });
        Assert.Contains(components, one => one is { Package: "Docker", Version: "28.1.1" });
        Assert.Contains(components, one => one is { Package: "PostgreSQL", Version: "17.7" });
    }

    [Fact]
    public async Task What_the_system_brings_may_be_patched_and_is_only_warned_of()
    {
        await using var lab = await CheckLab.NewAsync();
        lab.Change(scene => scene with { Inventory = CheckLab.Once(new Inventory([new(Inventory.System, "Redis", "7.0.15")])) });
        var found = await Breaks.Item("dependencies_vulnerable").Look(lab.Scene, Cancel);
        Assert.Equal(CheckResult.Warn, found.Result);
        Assert.Contains("unless the distribution has patched it", found.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_file_can_be_given_and_a_wrong_one_is_refused()
    {
        using var folder = new TempFolder();
        var file = folder.File("newer.json");
        await File.WriteAllTextAsync(file, """
            {"date": "2026-11-01", "lifecycles": [], "advisories": [{"id": "CVE-1", "aliases": [], "ecosystem": "NuGet", "package": "Npgsql",
             "ranges": [{"introduced": "0", "fixed": null}], "severity": "low", "summary": "s", "source": "https://example.org"}]}
            """, Cancel);
        var read = await AdvisoryFile.ReadAsync(file, Cancel);
        Assert.NotNull(read.Advisories[0].Hits(ComponentVersion.Of("99")));
        foreach (var wrong in new[] { "", "[]", "{\"date\": \"2026-11-01\"}", "null", "{\"date\": 5}" })
        {
            await File.WriteAllTextAsync(file, wrong, Cancel);
            await Assert.ThrowsAsync<IOException>(() => AdvisoryFile.ReadAsync(file, Cancel));
        }

        await Assert.ThrowsAsync<IOException>(() => AdvisoryFile.ReadAsync(folder.File("absent.json"), Cancel));
    }
}
