using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Audit.Chain;

/// <summary>Ways around the chain that go past its rows: what is registered, what is no chain, and what all was wiped; and what is no fault.</summary>
public sealed class HoleTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private const string Forged = "INSERT INTO audit_events (id, at, name, outcome, request_id";

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_chain_whose_row_points_to_the_files_of_another_node_is_not_skipped(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var first = lab.Start();
        await first.WriteAsync(5);
        await first.CheckpointAsync();
        await first.CloseAsync();
        var second = lab.Start();
        await second.WriteAsync(1);
        const string Away = "UPDATE audit_chains SET store = 'file', node = 'elsewhere-00000000' WHERE id = (SELECT MIN(id) FROM audit_chains)";
        const string Mine = "chain_id = (SELECT MIN(id) FROM audit_chains)";
        Assert.False((await lab.AfterAsync(second, Away, $"UPDATE audit_events SET name = 'harmless' WHERE sequence = 3 AND {Mine}")).Intact);
        Assert.False((await lab.AfterAsync(second, Away, $"DELETE FROM audit_events WHERE {Mine}", $"DELETE FROM audit_checkpoints WHERE {Mine}")).Intact);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_chain_cannot_be_kept_from_being_named_by_a_chain_that_is_none(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.WriteAsync(2);
        Assert.False((await lab.AfterAsync(process, "UPDATE audit_chains SET covered_by = 'nobody'")).Intact);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Everything_wiped_is_missed_by_the_file_of_checkpoints(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var first = lab.Start();
        await first.WriteAsync(5);
        await first.CheckpointAsync();
        await first.CloseAsync();
        await lab.SqlAsync([.. "audit_events audit_chains audit_checkpoints audit_keys audit_cuts".Split(' ').Select(table => $"DELETE FROM {table}")]);
        var second = lab.Start();
        Assert.False((await second.VerifyAsync()).Intact);
        await second.WriteAsync(1);
        await second.CheckpointAsync();
        Assert.False((await second.VerifyAsync()).Intact);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task An_entry_of_the_empty_chain_is_foreign(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.WriteAsync(2);
        Assert.False((await lab.AfterAsync(process, $"{Forged}, chain_id, sequence, link) VALUES ('x', 1, 'login', 'success', '', '', 1, 'AA')")).Intact);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task The_mark_of_the_beginning_is_not_made_anew(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        await lab.Start().WriteAsync(2);
        await lab.SqlAsync("DELETE FROM audit_cuts WHERE chain_id = 'before'", $"{Forged}) VALUES ('00000000-x', 1, 'login', 'success', '')");
        var next = lab.Start();
        await next.WriteAsync(1);
        Assert.False((await next.VerifyAsync()).Intact);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Events_from_before_there_were_chains_that_are_deleted_are_missed(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        await lab.SqlAsync($"{Forged}) VALUES ('00000000-a', 1, 'login', 'success', '')", $"{Forged}) VALUES ('00000000-b', 1, 'login', 'success', '')");
        var process = lab.Start();
        await process.WriteAsync(1);
        Assert.Empty((await process.VerifyAsync()).Faults);
        Assert.False((await lab.AfterAsync(process, "DELETE FROM audit_events WHERE id = '00000000-a'")).Intact);
        Assert.False((await lab.AfterAsync(process, "DELETE FROM audit_events WHERE id LIKE '00000000-%'")).Intact);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Old_events_and_an_audit_in_files_alone_go_together(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        await lab.SqlAsync($"{Forged}) VALUES ('00000000-a', 1, 'login', 'success', '')");
        lab.Storage = AuditStorage.File;
        var process = lab.Start();
        await process.WriteAsync(1);
        Assert.Empty((await process.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task A_file_that_was_begun_and_never_written_is_no_fault()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        lab.Storage = AuditStorage.Both;
        var process = lab.Start();
        await process.WriteAsync(1);
        var folder = Path.Combine(lab.Node.Folder, lab.Node.Name);
        await File.WriteAllTextAsync(Path.Combine(folder, $"2026-01-01.{Guid.NewGuid():D}.000001.jsonl"), "", Cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, $"2026-01-01.{Guid.NewGuid():D}.000001.jsonl"), "{\"id\":\"tor", Cancel);
        Assert.Empty((await process.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task A_spool_that_cannot_be_moved_ends_nothing()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        process.Spool.Keep([AuditEntry.Of(RequestOrigin.System, ChainLab.Process.Tick(1), lab.Clock.UtcNow)], new IOException("no room"));
        var inTheWay = Directory.CreateDirectory(Path.Combine(lab.Node.Folder, "spool.draining.jsonl"));
        Assert.False(await process.Drain.TurnAsync(Cancel));
        inTheWay.Delete();
        Assert.True(await process.Drain.TurnAsync(Cancel));
    }
}
