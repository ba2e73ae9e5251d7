using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Audit.Chain;

/// <summary>Whoever can write to the database, but does not have the root key, is found out, and where.</summary>
public sealed class TamperTests(PostgresServer postgres)
{
    private const string Fields = "id, at, name, outcome, request_id, reason, link";

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Every_field_of_an_entry_is_bound(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.WriteAsync(6);
        foreach (var change in (string[])
            [
                "id = '00000000-0000-7000-8000-000000000000'", "at = at + 1", "name = 'login'", "outcome = 'refused'", "actor_id = 'a'",
                "session_id = ''", "key_id = 'k'", "request_id = ''", "address = '127.0.0.1'", "resource_type = NULL", "resource_id = '44'",
                "reason = ''", "details = '{\"number\":5}'", "details = NULL", "link = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'",
                "link = NULL", "link = link || '='",
            ])
        {
            AssertFault(await lab.AfterAsync(process, $"UPDATE audit_events SET {change} WHERE sequence = 5"), AuditFaultKind.Altered, 5, change);
        }

        Assert.Empty((await process.VerifyAsync()).Faults);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Entries_that_are_deleted_moved_or_put_in_are_named(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.WriteAsync(12);
        string[] Down(int from) =>
            [$"UPDATE audit_events SET sequence = 1 - sequence WHERE sequence > {from}", "UPDATE audit_events SET sequence = -sequence WHERE sequence < 0"];
        string[] Swap(int a, int b) =>
        [
            $"UPDATE audit_events SET sequence = -1 WHERE sequence = {a}", $"UPDATE audit_events SET sequence = {a} WHERE sequence = {b}",
            $"UPDATE audit_events SET sequence = {b} WHERE sequence = -1",
        ];

        var delete = "DELETE FROM audit_events WHERE sequence = 5";
        AssertFault(await lab.AfterAsync(process, delete), AuditFaultKind.Deleted, 5);
        AssertFault(await lab.AfterAsync(process, "DELETE FROM audit_events WHERE sequence = 1"), AuditFaultKind.Deleted, 1);
        AssertFault(await lab.AfterAsync(process, [delete, .. Down(5)]), AuditFaultKind.Deleted, 5, "renumbered");
        AssertFault(await lab.AfterAsync(process, Swap(5, 6)), AuditFaultKind.Reordered, 5, "neighbours");
        AssertFault(await lab.AfterAsync(process, Swap(4, 11)), AuditFaultKind.Reordered, 4, "far apart");
        AssertFault(
            await lab.AfterAsync(
                process,
                "UPDATE audit_events SET sequence = -1 - sequence WHERE sequence >= 7", "UPDATE audit_events SET sequence = -sequence WHERE sequence < 0",
                $"INSERT INTO audit_events ({Fields}, chain_id, sequence) SELECT 'x', at, name, outcome, request_id, reason, link, chain_id, 7 FROM audit_events WHERE sequence = 6"),
            AuditFaultKind.Foreign, 7);
        AssertFault(
            await lab.AfterAsync(process, $"INSERT INTO audit_events ({Fields}, chain_id, sequence) SELECT 'x', at, name, outcome, request_id, reason, link, chain_id, 14 FROM audit_events WHERE sequence = 13"),
            AuditFaultKind.Altered, 14, "behind the end");
        AssertFault(
            await lab.AfterAsync(process, "DROP INDEX audit_events_by_chain", $"INSERT INTO audit_events ({Fields}, chain_id, sequence) SELECT 'x', at, name, outcome, request_id, reason, link, chain_id, 6 FROM audit_events WHERE sequence = 6"),
            AuditFaultKind.Foreign, 6, "two at one place");
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_cut_tail_is_found_by_the_running_server_by_checkpoints_and_by_later_chains(string kind)
    {
        const string Cut = "DELETE FROM audit_events WHERE sequence > 4 AND chain_id = (SELECT MIN(id) FROM audit_chains)";
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var (first, stranger) = (lab.Start(), lab.Start());
        await first.WriteAsync(5);
        AssertFault(await lab.AfterAsync(first, Cut), AuditFaultKind.CutOff, 5, "by the server itself");
        Assert.True((await lab.AfterAsync(stranger, Cut)).Intact);

        await first.CheckpointAsync();
        AssertFault(await lab.AfterAsync(stranger, Cut), AuditFaultKind.CutOff, 5, "by the table");
        AssertFault(await lab.AfterAsync(stranger, Cut, "DELETE FROM audit_checkpoints"), AuditFaultKind.CutOff, 5, "by the file");
        File.Delete(lab.CheckpointFile);
        await lab.SqlAsync("DELETE FROM audit_checkpoints");
        Assert.True((await lab.AfterAsync(stranger, Cut)).Intact);

        await lab.Start().WriteAsync(1);
        AssertFault(await lab.AfterAsync(stranger, Cut), AuditFaultKind.CutOff, 5, "by the next chain");
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_chain_that_is_gone_whole_is_missed(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var (first, second, stranger) = (lab.Start(), lab.Start(), lab.Start());
        await first.WriteAsync(3);
        await first.CloseAsync();
        await second.WriteAsync(2);
        await second.Lanes.CoverAsync(TestContext.Current.CancellationToken);
        var chain = await lab.ScalarAsync<string>("SELECT MIN(id) FROM audit_chains");
        string[] gone = [$"DELETE FROM audit_events WHERE chain_id = '{chain}'", $"DELETE FROM audit_checkpoints WHERE chain_id = '{chain}'"];
        AssertFault(await lab.AfterAsync(stranger, gone), AuditFaultKind.Deleted, 1);
        AssertFault(await lab.AfterAsync(stranger, [.. gone, $"DELETE FROM audit_chains WHERE id = '{chain}'"]), AuditFaultKind.Deleted, 1);
        File.Delete(lab.CheckpointFile);
        AssertFault(await lab.AfterAsync(stranger, [.. gone, $"DELETE FROM audit_chains WHERE id = '{chain}'"]), AuditFaultKind.Deleted, 1, "by the later chain alone");
        AssertFault(await lab.AfterAsync(stranger, $"DELETE FROM audit_chains WHERE id = '{chain}'"), AuditFaultKind.Deleted, 1, "only its row");
        AssertFault(await lab.AfterAsync(stranger, $"UPDATE audit_chains SET node = 'other' WHERE id = '{chain}'"), AuditFaultKind.Altered, 1);
        AssertFault(await lab.AfterAsync(stranger, $"UPDATE audit_chains SET root = '0123456789abcdef' WHERE id = '{chain}'"), AuditFaultKind.KeyMissing, null);
        AssertFault(await lab.AfterAsync(stranger, "DELETE FROM audit_checkpoints", $"UPDATE audit_chains SET covered_by = id"), AuditFaultKind.Altered, null);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Events_from_before_there_were_chains_are_counted_and_no_more_can_be_added(string kind)
    {
        string Row(string id) => $"INSERT INTO audit_events ({Fields}) VALUES ('{id}', 0, 'login', 'success', '', '', NULL)";
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        await lab.SqlAsync(Row("01900000-0000-7000-8000-000000000001"), Row("01900000-0000-7000-8000-000000000002"));
        var process = lab.Start();
        await process.WriteAsync(1);
        var report = await process.VerifyAsync();
        Assert.Equal((true, 2), (report.Intact, report.BeforeChain));

        AssertFault(await lab.AfterAsync(process, Row("ffffffff-0000-7000-8000-000000000002")), AuditFaultKind.Foreign, null, "a new one");
        AssertFault(await lab.AfterAsync(process, Row("00000000-0000-7000-8000-000000000002")), AuditFaultKind.Foreign, null, "an old one");
        AssertFault(await lab.AfterAsync(process, "UPDATE audit_cuts SET sequence = 3", Row("00000000-0000-7000-8000-000000000002")), AuditFaultKind.Altered, 3);
        AssertFault(await lab.AfterAsync(process, "DELETE FROM audit_cuts"), AuditFaultKind.Deleted, null);
        AssertFault(await lab.AfterAsync(process, "UPDATE audit_events SET chain_id = NULL, sequence = NULL, link = NULL WHERE sequence = 2"), AuditFaultKind.CutOff, 2, "taken out of its chain");
        AssertFault(await lab.AfterAsync(process, "UPDATE audit_events SET sequence = NULL WHERE sequence = 2"), AuditFaultKind.CutOff, 2);
    }

    private static void AssertFault(AuditReport report, string kind, long? sequence, string what = "")
    {
        Assert.False(report.Intact, what);
        Assert.True(
            report.Faults[0].Kind == kind && report.Faults[0].Sequence == sequence,
            $"{what}: expected {kind} at {sequence}, found {string.Join("; ", report.Faults)}");
    }
}
