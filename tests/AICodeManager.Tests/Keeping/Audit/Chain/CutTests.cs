using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Audit.Chain;

/// <summary>Retention removes by right, and excuses nothing else.</summary>
public sealed class CutTests(PostgresServer postgres)
{
    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_is_old_goes_and_the_rest_stays_checkable(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        await lab.SqlAsync("INSERT INTO audit_events (id, at, name, outcome, request_id) VALUES ('01900000-0000-7000-8000-000000000001', 0, 'login', 'success', '')");
        var first = lab.Start();
        await first.WriteAsync(8); // a second apart
        await first.CloseAsync();
        var second = lab.Start();
        await second.WriteAsync(6);
        await second.CheckpointAsync();

        Assert.Equal(1 + 10 + 1 + 2, await second.CutAsync(TimeSpan.FromSeconds(3.5)));
        var report = await second.VerifyAsync();
        Assert.Empty(report.Faults);
        Assert.Equal((2, 0L), (report.Chains, report.BeforeChain));
        Assert.Equal(2, await lab.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'audit_pruned'"));
        Assert.Equal(0, await second.CutAsync(TimeSpan.FromSeconds(3.5)));

        await lab.Start().WriteAsync(2);
        await second.WriteAsync(2);
        Assert.Empty((await second.VerifyAsync()).Faults);
        Assert.True(await second.CutAsync(TimeSpan.FromSeconds(-1)) > 0, "everything");
        Assert.Empty((await second.VerifyAsync()).Faults);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Cannot_be_forged_widened_taken_back_or_used_to_hide_damage(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.WriteAsync(10);
        const string Further = "DELETE FROM audit_events WHERE sequence <= 7 AND name = 'tick'";
        var link = await lab.ScalarAsync<string>("SELECT link FROM audit_events WHERE sequence = 7");
        await process.CutAsync(TimeSpan.FromSeconds(6.5)); // up to sequence 4
        Assert.Empty((await process.VerifyAsync()).Faults);

        AssertFault(await lab.AfterAsync(process, Further), AuditFaultKind.Deleted, 5);
        AssertFault(await lab.AfterAsync(process, Further, $"UPDATE audit_cuts SET sequence = 7, link = '{link}' WHERE chain_id <> 'before'"), AuditFaultKind.Altered, 7);
        AssertFault(await lab.AfterAsync(process, "DELETE FROM audit_cuts WHERE chain_id <> 'before'"), AuditFaultKind.Deleted, 1);
        AssertFault(
            await lab.AfterAsync(process, "INSERT INTO audit_events (id, at, name, outcome, request_id, chain_id, sequence, link) SELECT 'x', at, name, outcome, request_id, chain_id, 2, link FROM audit_events WHERE sequence = 6"),
            AuditFaultKind.Foreign, 2);

        await lab.SqlAsync("UPDATE audit_events SET reason = 'nothing' WHERE sequence = 6");
        await process.CutAsync(TimeSpan.FromSeconds(2.5));
        Assert.Contains("sequence 6", Assert.Single(process.Heard.Alarms), StringComparison.Ordinal);
        var report = await process.VerifyAsync();
        AssertFault(report, AuditFaultKind.Altered, 8);
        Assert.Contains("sequence 6", report.Faults[0].Detail, StringComparison.Ordinal);
        Assert.Equal("failure", await lab.ScalarAsync<string>("SELECT outcome FROM audit_events WHERE name = 'audit_pruned' ORDER BY sequence DESC LIMIT 1"));
    }

    [Fact]
    public async Task Whole_files_go_when_all_of_them_is_old()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        lab.Storage = AuditStorage.File;
        var process = lab.Start();
        for (var day = 0; day < 4; day++)
        {
            await process.WriteAsync(3);
            lab.Clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(4, lab.Files.Length);
        await process.CutAsync(TimeSpan.FromDays(2.5));
        Assert.Equal(3, lab.Files.Length); // the second day is older, too; its file is, and the event opened a fifth
        Assert.Empty((await process.VerifyAsync()).Faults);
        File.Delete(lab.Files[0]);
        AssertFault(await process.VerifyAsync(), AuditFaultKind.Deleted, 8);
    }

    private static void AssertFault(AuditReport report, string kind, long? sequence) => Assert.True(
        report.Faults is [var fault, ..] && fault.Kind == kind && fault.Sequence == sequence, $"expected {kind} at {sequence}, found {string.Join("; ", report.Faults)}");
}
