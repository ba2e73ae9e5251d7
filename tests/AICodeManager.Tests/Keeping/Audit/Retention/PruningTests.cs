using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Audit.Retention;
using AICodeManager.Server.Keeping.Audit.Streams;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.Ground.Configuration;
using AICodeManager.Tests.Keeping.Audit.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Keeping.Audit.Retention;

public sealed class PruningTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task What_is_old_goes_once_a_day_and_what_is_left_still_proves_itself(string kind)
    {
        await using var lab = await ChainLab.NewAsync(kind, postgres);
        var process = lab.Start();
        await process.WriteAsync(30);
        lab.Clock.Advance(Month);
        await process.WriteAsync(5);
        using var pruning = New(lab, process, "retention: 30d");
        using var other = New(lab, process, "retention: 30d");

        Assert.Equal(lab.Clock.UtcNow - Month, await pruning.PruneAsync(Cancel));
        Assert.Null(await pruning.PruneAsync(Cancel));
        Assert.Null(await other.PruneAsync(Cancel));
        Assert.Equal(5, await CountAsync(lab));
        Assert.Empty((await process.VerifyAsync()).Faults);
        lab.Clock.Advance(TimeSpan.FromDays(1));
        Assert.NotNull(await other.PruneAsync(Cancel));
        Assert.Equal(5, await CountAsync(lab));
        Assert.Empty((await process.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task What_a_stream_has_not_sent_stays_however_old_it_is()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        await process.WriteAsync(10);
        var chain = await lab.ScalarAsync<string>("SELECT id FROM audit_chains");
        lab.Clock.Advance(Month + Month);
        using var pruning = New(lab, process, "{retention: 30d, streams: [{type: syslog, name: siem, address: \"tcp://127.0.0.1:9\"}]}");
        await pruning.PruneAsync(Cancel);
        Assert.Equal(10, await CountAsync(lab));

        // The opening and five of the ten are sent.
        await new StreamStore(lab.Database).KeepAsync(
            new StreamState { Name = "siem", Node = "n", CheckedAt = lab.Clock.UtcNow }, [new WaitingChain { ChainId = chain!, Sent = 6 }], Cancel);
        lab.Clock.Advance(TimeSpan.FromDays(1));
        await pruning.PruneAsync(Cancel);
        Assert.Equal(5, await CountAsync(lab));
        Assert.Empty((await process.VerifyAsync()).Faults);
    }

    [Fact]
    public async Task Never_is_never()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        await process.WriteAsync(2);
        lab.Clock.Advance(TimeSpan.FromDays(20_000));
        using var pruning = New(lab, process, "retention: never");
        Assert.Null(await pruning.PruneAsync(Cancel));
        Assert.Equal(2, await CountAsync(lab));
    }

    [Fact]
    public async Task A_pruning_that_fails_is_tried_again_before_the_next_day()
    {
        await using var lab = await ChainLab.NewAsync("sqlite", postgres);
        var process = lab.Start();
        await process.WriteAsync(2);
        lab.Clock.Advance(Month + Month);
        using var pruning = New(lab, process, "retention: 30d");
        await lab.SqlAsync("ALTER TABLE audit_cuts RENAME TO elsewhere");
        await Assert.ThrowsAnyAsync<Exception>(() => pruning.PruneAsync(Cancel));
        await lab.SqlAsync("ALTER TABLE elsewhere RENAME TO audit_cuts");
        Assert.Null(await pruning.PruneAsync(Cancel));
        lab.Clock.Advance(TimeSpan.FromMinutes(21));
        Assert.NotNull(await pruning.PruneAsync(Cancel));
        Assert.Equal(0, await CountAsync(lab));
    }

    private static Task<long> CountAsync(ChainLab lab) =>
        lab.Database.ReadAsync(r => r.ScalarAsync<long>("SELECT COUNT(*) FROM audit_events WHERE name = 'tick'"), Cancel);

    private static AuditPruning New(ChainLab lab, ChainLab.Process process, string audit)
    {
        using var scene = new Scene();
        Settings settings = scene.File(audit.StartsWith('{') ? $"audit: {audit}" : $"audit: {{{audit}}}").Settings();
        return new(process.Cuts, new StreamStore(lab.Database), new AuditLeases(lab.Database, lab.Clock), lab.Node, settings, lab.Clock, NullLogger<AuditPruning>.Instance);
    }
}
