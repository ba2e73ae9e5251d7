using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Keeping.Audit.Chain;

namespace AICodeManager.Tests.Keeping.Audit.Files;

/// <summary>The audit in files: written before the commit, taken back where there was none, and as hard to change as the table.</summary>
public sealed class AuditFileTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public static TheoryData<string, AuditStorage> Combinations => new()
    {
        { "sqlite", AuditStorage.File }, { "sqlite", AuditStorage.Both }, { "postgresql", AuditStorage.File }, { "postgresql", AuditStorage.Both },
    };

    [Theory, MemberData(nameof(Combinations))]
    public async Task Events_stand_in_files_and_in_the_table_as_configured(string kind, AuditStorage storage)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        lab.Storage = storage;
        var process = lab.Start();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 5; i++)
                await process.Trail.RecordAsync(RequestOrigin.System, ChainLab.Process.Tick(i), Cancel);
        }, Cancel)));
        await process.CloseAsync();
        await lab.Start().WriteAsync(1);

        var report = await process.VerifyAsync();
        Assert.Empty(report.Faults);
        Assert.Equal(storage == AuditStorage.Both ? 41 : 0, await lab.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'tick'"));
        Assert.All(lab.Files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(41, lab.Filed().Count(entry => entry.Name == "tick"));
    }

    [Theory, MemberData(nameof(Combinations))]
    public async Task A_transaction_that_is_not_kept_is_taken_back(string kind, AuditStorage storage)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        lab.Storage = storage;
        var process = lab.Start();
        await process.WriteAsync(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => lab.Database.WriteAsync(async t =>
        {
            await process.Trail.RecordAsync(t, RequestOrigin.System, ChainLab.Process.Tick(7));
            t.Enlist(this, () => new Failing());
        }, Cancel));
        await process.WriteAsync(1);

        var entries = lab.Filed().ToList();
        var undone = Assert.Single(entries, entry => entry.Name == "audit_undone");
        Assert.Equal("{\"first\":3,\"last\":3}", undone.Details);
        Assert.Contains("\"number\":7", entries.Single(entry => entry.Sequence == 3).Details, StringComparison.Ordinal);
        Assert.Empty((await process.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Lines_that_are_changed_removed_moved_or_cut_off_are_named()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        lab.Storage = AuditStorage.File;
        var process = lab.Start();
        await process.WriteAsync(8);
        await process.CloseAsync(); // sequence 10
        await process.DisposeAsync();
        var later = lab.Start();
        await later.WriteAsync(1);
        var file = lab.Files[0];
        var lines = await File.ReadAllLinesAsync(file, Cancel);

        async Task BecomesAsync(string kind, long? sequence, params IEnumerable<string> changed)
        {
            await File.WriteAllLinesAsync(file, changed, Cancel);
            var report = await later.VerifyAsync();
            Assert.True(
                report.Faults is [var fault, ..] && fault.Kind == kind && fault.Sequence == sequence,
                $"expected {kind} at {sequence}, found {string.Join("; ", report.Faults)}");
        }

        await BecomesAsync(AuditFaultKind.Altered, 4, lines.Select((line, i) => i == 3 ? line.Replace("reason 2", "reason 3", StringComparison.Ordinal) : line));
        await BecomesAsync(AuditFaultKind.Deleted, 4, lines.Where((_, i) => i != 3));
        await BecomesAsync(AuditFaultKind.Deleted, 4, [.. lines[..3], lines[7], .. lines[4..7], lines[3], .. lines[8..]]);
        await BecomesAsync(AuditFaultKind.Unreadable, 4, [.. lines[..3], "{", .. lines[4..]]);
        await BecomesAsync(AuditFaultKind.CutOff, 8, lines[..7]);
        await BecomesAsync(AuditFaultKind.Foreign, 10, [.. lines, lines[^1]]);
        File.Delete(lab.CheckpointFile);
        await lab.SqlAsync("DELETE FROM audit_checkpoints");
        await BecomesAsync(AuditFaultKind.CutOff, 8, lines[..7]); // the next chain knows it
        File.Delete(file);
        Assert.Equal(AuditFaultKind.Deleted, Assert.Single((await later.VerifyAsync()).Faults).Kind);
    }

    [Fact]
    public async Task A_line_that_a_kill_has_torn_is_noted()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        lab.Storage = AuditStorage.Both;
        var killed = lab.Start();
        await killed.WriteAsync(3);
        await killed.DisposeAsync();
        await File.AppendAllTextAsync(lab.Files[0], "{\"id\":\"0190", Cancel);
        var next = lab.Start();
        await next.WriteAsync(1);

        var report = await next.VerifyAsync();
        Assert.Empty(report.Faults);
        Assert.Contains("torn", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_turn_by_day_and_lines_are_read_from_their_end()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        lab.Storage = AuditStorage.File;
        var process = lab.Start();
        await process.WriteAsync(300);
        lab.Clock.Advance(TimeSpan.FromDays(1));
        await process.WriteAsync(2);
        lab.Clock.Advance(TimeSpan.FromDays(-3));
        await process.WriteAsync(2);
        Assert.Equal(3, lab.Files.Length);
        Assert.Empty((await process.VerifyAsync()).Faults);
        Assert.Equal(305, lab.Filed().Count());
    }

    private sealed class Failing : Server.Ground.Storage.IEnlisted
    {
        public Task PrepareAsync(Server.Ground.Storage.Transaction transaction) => throw new InvalidOperationException("not kept");

        public void Ended(Server.Ground.Storage.TransactionEnd end)
        {
        }
    }
}
