using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Keeping.Audit.Chain;

/// <summary>Honest use leaves a chain that holds, whatever happens between an event and its commit.</summary>
public sealed class ChainTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Many_writers_at_once_make_chains_that_hold(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var (one, other) = (lab.Start(), lab.Start());
        await Task.WhenAll(Enumerable.Range(0, 12).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await lab.Database.WriteAsync(async t =>
                {
                    var trail = (writer % 2 == 0 ? one : other).Trail;
                    for (var event_ = 0; event_ <= i % 3; event_++)
                        await trail.RecordAsync(t, RequestOrigin.System, ChainLab.Process.Tick(i));
                    if (i % 4 == 3)
                        await t.ExecuteAsync("SELECT nothing FROM nowhere");
                }, Cancel).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }, Cancel)));

        var report = await one.VerifyAsync();
        Assert.Empty(report.Faults);
        Assert.True(report.Intact);
        Assert.Equal(await lab.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events"), report.Events);
        Assert.Equal(12 * (1 + 2 + 3 + 2 + 3 + 1 + 3 + 1), await lab.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'tick'"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Runs_end_begin_and_are_killed_and_every_chain_names_those_before_it(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        for (var run = 0; run < 4; run++)
        {
            var process = lab.Start();
            await process.WriteAsync(3);
            if (run % 2 == 0)
                await process.CloseAsync();
        }

        var last = lab.Start();
        await last.WriteAsync(1);
        await last.Lanes.CoverAsync(Cancel);
        Assert.Equal(2, await lab.ScalarAsync<long>("SELECT COUNT(*) FROM audit_chains WHERE covered_by IS NOT NULL"));
        var report = await last.VerifyAsync();
        Assert.Empty(report.Faults);
        Assert.Equal((5, 4 * 4 + 2 + 2, 2), (report.Chains, report.Events, report.Checkpoints));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Events_of_one_transaction_stand_together_and_a_transaction_that_is_undone_leaves_no_gap(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.WriteAsync(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => lab.Database.WriteAsync(async t =>
        {
            await process.Trail.RecordAsync(t, RequestOrigin.System, ChainLab.Process.Tick(1));
            throw new InvalidOperationException("undone before it was prepared");
        }, Cancel));
        await Assert.ThrowsAsync<InvalidOperationException>(() => lab.Database.WriteAsync(async t =>
        {
            await process.Trail.RecordAsync(t, RequestOrigin.System, ChainLab.Process.Tick(2));
            t.Enlist(this, () => new Failing());
        }, Cancel));
        await lab.Database.WriteAsync(async t =>
        {
            for (var i = 0; i < 250; i++)
                await process.Trail.RecordAsync(t, RequestOrigin.System, ChainLab.Process.Tick(i));
        }, Cancel);

        var report = await process.VerifyAsync();
        Assert.Empty(report.Faults);
        Assert.Equal((1, 252), (report.Chains, report.Events));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_commit_of_which_nobody_knows_is_followed_by_a_chain_of_its_own(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.WriteAsync(2);
        var lane = await process.Lanes.TakeAsync(Cancel);
        await lab.Database.WriteAsync(t => lane.AppendAsync(t, []), Cancel);
        lane.Ended(AICodeManager.Server.Ground.Storage.TransactionEnd.Unknown);
        process.Lanes.Give(lane);
        await process.WriteAsync(2);

        var report = await process.VerifyAsync();
        Assert.Empty(report.Faults);
        Assert.Equal(2, report.Chains);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Clocks_that_jump_are_noted_and_break_nothing(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.WriteAsync(3);
        lab.Clock.Advance(TimeSpan.FromDays(-400));
        await process.WriteAsync(3);
        lab.Clock.Advance(TimeSpan.FromDays(4_000));
        await process.WriteAsync(3);
        lab.Clock.Advance(TimeSpan.FromDays(-4_000));
        await lab.Start().WriteAsync(1);

        var report = await process.VerifyAsync();
        Assert.Empty(report.Faults);
        Assert.Contains("went back", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_changed_root_key_opens_new_chains_and_the_old_ones_need_the_old_key(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var (old, changed) = (AuditWriting.Root, new Secret("another root key, which is as long"));
        await lab.Start(old).WriteAsync(2);
        var both = lab.Start(changed, old);
        await both.WriteAsync(2);
        Assert.Empty((await both.VerifyAsync()).Faults);

        var report = await lab.Start(changed).VerifyAsync();
        Assert.False(report.Intact);
        Assert.All(report.Faults, fault => Assert.Equal(AuditFaultKind.KeyMissing, fault.Kind));
        Assert.Contains(report.Faults, fault => fault.Detail.Contains(new Server.Keeping.Vault.RootKeys(old).Fingerprint, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Text_that_a_database_refuses_costs_no_event(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.Trail.RecordAsync(
            new RequestOrigin("1.2.3.4\0", "id \ud800", null),
            new AuditEvent("tick") { Reason = "a\0b\udc00c😀", Details = new Dictionary<string, object?> { ["x"] = "\0\ud83d" } }.On("\0", "\ude00\ud83d"),
            Cancel);
        Assert.Empty((await process.VerifyAsync()).Faults);
        Assert.Equal("a\ufffdb\ufffdc😀", await lab.ScalarAsync<string>("SELECT reason FROM audit_events WHERE name = 'tick'"));
    }

    [Fact]
    public async Task Waiting_for_a_chain_ends_with_whoever_waits()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        var taken = await process.Lanes.TakeAsync(Cancel);
        using var gone = new CancellationTokenSource();
        var waiting = process.Lanes.TakeAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        process.Lanes.Give(taken);
        await process.WriteAsync(1);
        Assert.Empty((await process.VerifyAsync()).Faults);
    }

    private sealed class Failing : AICodeManager.Server.Ground.Storage.IEnlisted
    {
        public Task PrepareAsync(AICodeManager.Server.Ground.Storage.Transaction transaction) =>
            throw new InvalidOperationException("undone after the audit was written");

        public void Ended(AICodeManager.Server.Ground.Storage.TransactionEnd end)
        {
        }
    }
}
