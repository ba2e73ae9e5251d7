using AICodeManager.Server;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Checks;

/// <summary>Damaged pages of a real database file are named, by the check and by a server that is to start on them.</summary>
public sealed class DamageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("audit_events")]
    [InlineData("audit_events_by_actor")]
    [InlineData("users")]
    public async Task The_damaged_table_or_index_is_named(string name)
    {
        await using var lab = await CheckLab.NewAsync();
        var file = ServerHost.SqliteFile(lab.Scene.Settings);
        Assert.Empty(await SqliteIntegrity.FindAsync(file, whole: true, Cancel));

        await lab.DamageAsync(name);

        Assert.Contains(await SqliteIntegrity.FindAsync(file, whole: false, Cancel), line => line.Contains(name, StringComparison.Ordinal));
        var found = await Breaks.Item("database_integrity").Look(lab.Scene, Cancel);
        Assert.Contains(name, found.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_tells_something_else_than_its_table_is_found()
    {
        await using var lab = await CheckLab.NewAsync();
        var file = ServerHost.SqliteFile(lab.Scene.Settings);
        await lab.DamageAsync("users", "ada@example.com"u8.ToArray(), "ida"u8.ToArray());
        Assert.Contains(await SqliteIntegrity.FindAsync(file, whole: true, Cancel), line => line.Contains("users", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("users")]
    [InlineData(null)]
    public async Task Cannot_start_on_a_damaged_file_and_says_why_in_one_line(string? name)
    {
        using var folder = new TempFolder();
        var settings = ConfigurationLoader.Load(new Dictionary<string, string> { ["AICLI_DATA"] = folder.File("data"), ["LOG_LEVEL"] = "error" }, folder.Path).Settings;
        await using (var database = ServerHost.OpenDatabase(settings))
            await Migrator.ApplyAsync(database, TimeProvider.System, Cancel);
        var file = ServerHost.SqliteFile(settings);
        if (name is not null)
            await CheckLab.DamageAsync(file, name);
        else
            await File.WriteAllTextAsync(file, new string('x', 9_000), Cancel);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServerHost.BuildAsync(settings, ["http://127.0.0.1:0"], cancel: Cancel));

        Assert.StartsWith($"The database {file} is damaged: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(name ?? "no SQLite file", refused.Message, StringComparison.Ordinal);
        Assert.Contains("restore", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
