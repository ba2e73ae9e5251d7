using System.Net.Sockets;
using AICodeManager.ScriptedModel;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Tests.Work.ModelGateway;

/// <summary>However a call ends, its reservation is settled once.</summary>
public sealed class SettlementTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly ScriptUsage Used = new(InputTokens: 100, OutputTokens: 1_000);

    [Theory]
    [InlineData(ScriptFault.ResetMidStream)]
    [InlineData(ScriptFault.EndEarly)]
    public async Task A_stream_that_breaks_off_costs_its_prompt_and_what_was_shown(ScriptFault fault)
    {
        await using var rig = await GatewayRig.StartAsync(new ScriptAnswer([new(Text: new string('x', 300))], Usage: Used, Fault: fault, FaultHold: "seen"));

        var (status, everything) = await rig.ReadAsync(GatewayRig.Call(), "content_block_stop", release: "seen");

        Assert.Equal(200, status);
        Assert.Contains("event: error", everything, StringComparison.Ordinal);
        var settled = rig.Ledger.Settled.Single();
        Assert.Equal(("upstream_error", 100L, 150L), (settled.Outcome, settled.Usage.InputTokens, settled.Usage.OutputTokens));
        Assert.Equal(100 + 1_500, settled.Cost);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(529)]
    public async Task An_error_of_the_upstream_costs_nothing(int status)
    {
        await using var rig = await GatewayRig.StartAsync(new ScriptAnswer(Error: new ScriptError(status)));

        await rig.ReadAsync(GatewayRig.Call());

        Assert.Equal(0, rig.Ledger.Settled.Single().Cost);
    }

    [Fact]
    public async Task A_stall_costs_its_prompt()
    {
        await using var rig = await GatewayRig.StartAsync(
            ScriptAnswer.Says("hi", Used) with { Fault = ScriptFault.Stall }, with: o => o with { IdleTimeout = TimeSpan.FromSeconds(1) });

        await rig.ReadAsync(GatewayRig.Call());

        var settled = rig.Ledger.Settled.Single();
        Assert.Equal(("upstream_timeout", 100L), (settled.Outcome, settled.Usage.InputTokens));
    }

    [Fact]
    public async Task A_client_that_leaves_pays_for_what_it_saw()
    {
        await using var rig = await GatewayRig.StartAsync(new ScriptAnswer([new(Text: "one"), new(Text: "two", Hold: "never")], Usage: Used));
        using (var answer = await rig.SendAsync(GatewayRig.Call()))
        await using (var stream = await answer.Content.ReadAsStreamAsync(Cancel))
            await stream.ReadExactlyAsync(new byte[200], Cancel);

        // Closing the door waits for the call, which ends because its client left or because the door closes: settled either way.
        await rig.Door.DisposeAsync();

        var settled = rig.Ledger.Settled.Single();
        Assert.Equal(("abandoned", 100L), (settled.Outcome, settled.Usage.InputTokens));
        Assert.True(settled.Usage.OutputTokens > 0);
    }

    [Fact]
    public async Task A_client_cannot_get_an_answer_for_nothing_by_leaving_before_it_comes()
    {
        await using var rig = await GatewayRig.StartAsync(new ScriptAnswer([new(Text: "one", Hold: "never")], Usage: Used), new TestLedger(1_000_000));
        var call = rig.SendAsync(GatewayRig.Call(stream: false));
        await rig.Scripted.NextRequestAsync(Cancel);

        await rig.Door.DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => call);
        Assert.Equal(rig.Ledger.Reserved.Single(), rig.Ledger.Settled.Single().Cost);
    }

    [Fact]
    public async Task Cannot_call_the_model_when_the_ledger_fails()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"));
        var folder = Directory.CreateDirectory(Path.Combine(rig.Folder, "x")).FullName;
        await using var door = await rig.Host.OpenAsync(
            new GatewayLease(folder, new Secret(GatewayRig.Token).Hash(), new BrokenLedger(), "test"), Cancel);

        var (status, everything) = await rig.ReadAsync(GatewayRig.Call(), folder);

        Assert.Equal((500, "gateway_error"), (status, door.LastFault?.Kind));
        Assert.DoesNotContain("secret", everything, StringComparison.Ordinal);
        Assert.Empty(rig.Scripted.Requests);
    }

    [Fact]
    public async Task Closing_the_door_settles_the_calls_that_run()
    {
        await using var rig = await GatewayRig.StartAsync(new ScriptAnswer([new(Text: "one"), new(Text: "two", Hold: "never")], Usage: Used));
        using var first = await rig.SendAsync(GatewayRig.Call());
        using var second = await rig.SendAsync(GatewayRig.Call());

        await rig.Door.DisposeAsync();
        await rig.Door.DisposeAsync();

        Assert.Equal(2, rig.Ledger.Settled.Count);
        Assert.Equal(0, rig.Ledger.Open);
        await Assert.ThrowsAsync<SocketException>(() => rig.ConnectAsync(Cancel));
    }

    private sealed class BrokenLedger : IBudgetLedger
    {
        public ValueTask<long?> RemainingAsync(CancellationToken cancel) => ValueTask.FromResult<long?>(null);

        public ValueTask<bool> ReserveAsync(Guid callId, string model, long microUsd, CancellationToken cancel) =>
            throw new InvalidOperationException("a secret of the database");

        public ValueTask SettleAsync(Guid callId, ModelUsage usage, long costMicroUsd, string outcome, CancellationToken cancel) => ValueTask.CompletedTask;
    }
}
