using System.Text.Json.Nodes;
using AICodeManager.ScriptedModel;

namespace AICodeManager.Tests.Work.ModelGateway;

/// <summary>In these tests a prompt token costs 1 µ$ and an output token 10 µ$.</summary>
public sealed class BudgetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static readonly ScriptUsage Used = new(InputTokens: 100, OutputTokens: 50, CacheCreationInputTokens: 30, CacheReadInputTokens: 200, Ephemeral1hInputTokens: 10);

    /// <summary>100 + 20 in the short cache + 2 × 10 in the long one + a tenth of 200 + 10 × 50.</summary>
    private const long Price = 100 + 20 + 20 + 20 + 500;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reserves_the_worst_case_and_settles_what_the_provider_counted(bool stream)
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi", Used), new TestLedger(1_000_000));

        Assert.Equal(200, (await rig.ReadAsync(GatewayRig.Call(maxTokens: 2_000, stream))).Status);

        Assert.InRange(rig.Ledger.Reserved.Single(), 20_000 + 100, 20_000 + 5_000);
        var settled = rig.Ledger.Settled.Single();
        Assert.Equal((Price, "success"), (settled.Cost, settled.Outcome));
        Assert.Equal(new(100, 50, 30, 200), settled.Usage);
        Assert.Equal(Price, rig.Door.Counters.CostMicroUsd);
    }

    [Fact]
    public async Task Lowers_the_output_to_what_the_budget_holds()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi", Used), new TestLedger(20_000));

        Assert.Equal(200, (await rig.ReadAsync(GatewayRig.Call(maxTokens: 64_000))).Status);

        var sent = JsonNode.Parse(rig.Scripted.Requests[^1].Body)!["max_tokens"]!.GetValue<long>();
        Assert.InRange(sent, 1_024, 1_999);
        Assert.InRange(rig.Ledger.Reserved.Single(), sent * 10, 20_000);
        Assert.EndsWith("count_tokens?beta=true", rig.Scripted.Requests[0].Target, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2_000, 0)]
    [InlineData(10_000, 2_000, 0)]
    [InlineData(40_000, 64_000, 20_000)]
    public async Task Cannot_call_the_model_when_the_budget_does_not_hold_a_useful_answer(long budget, long maxTokens, long thinking)
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"), new TestLedger(budget));
        var call = GatewayRig.Call(maxTokens);
        if (thinking > 0)
            call["thinking"] = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = thinking };

        var (status, everything) = await rig.ReadAsync(call);

        Assert.Equal(402, status);
        Assert.Contains("billing_error", everything, StringComparison.Ordinal);
        Assert.Equal("budget_exhausted", rig.Door.LastFault?.Kind);
        Assert.Empty(rig.Ledger.Reserved);
        Assert.DoesNotContain(rig.Scripted.Requests, r => !r.Target.Contains("count_tokens", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parallel_calls_never_overspend()
    {
        // Every answer costs far more than asked for; each call alone would fit.
        var answer = ScriptAnswer.Says("hi", new ScriptUsage(InputTokens: 50, OutputTokens: 2_000));
        await using var rig = await GatewayRig.StartAsync(answer, new TestLedger(70_000));

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => rig.ReadAsync(GatewayRig.Call(maxTokens: 2_000))));

        Assert.Contains(answers, a => a.Status == 200);
        Assert.Contains(answers, a => a.Status == 402);
        Assert.InRange(rig.Ledger.MostCommitted, 1, 70_000);
        Assert.Equal(0, rig.Ledger.Open);
    }

    [Fact]
    public async Task A_call_waits_for_money_that_a_sibling_holds_in_reserve()
    {
        var answer = new ScriptAnswer([new(Text: "one"), new(Text: "two", Hold: "go")], Usage: new ScriptUsage(10, 10));
        await using var rig = await GatewayRig.StartAsync(answer, new TestLedger(25_000));
        var first = rig.ReadAsync(GatewayRig.Call(maxTokens: 2_000));
        await rig.Scripted.NextRequestAsync(Cancel);

        // The sibling asks the provider to count, because the rest is too small for it.
        var second = rig.ReadAsync(GatewayRig.Call(maxTokens: 2_000));
        await rig.Scripted.NextRequestAsync(Cancel);
        rig.Scripted.Release("go");

        Assert.Equal(200, (await first).Status);
        Assert.Equal(200, (await second).Status);
        Assert.InRange(rig.Ledger.MostCommitted, 1, 25_000);
    }

    [Fact]
    public async Task Counting_tokens_costs_nothing()
    {
        await using var rig = await GatewayRig.StartAsync(ScriptAnswer.Says("hi"), new TestLedger(0));
        var call = GatewayRig.Call();

        var (status, everything) = await rig.ReadAsync(GatewayRig.Post(call.ToJsonString(), "/v1/messages/count_tokens"));

        Assert.Equal(200, status);
        Assert.Contains("input_tokens", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("max_tokens", rig.Scripted.Requests.Single().Body, StringComparison.Ordinal);
        Assert.Empty(rig.Ledger.Reserved);
    }
}
