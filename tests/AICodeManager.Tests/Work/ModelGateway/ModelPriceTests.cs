using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Tests.Work.ModelGateway;

public sealed class ModelPriceTests
{
    private static readonly ModelPrice Price = new()
    {
        Input = 3, Output = 15, LongPromptAbove = 200_000, LongPrompt = new() { Input = 6, Output = 22.5m },
    };

    [Fact]
    public void Every_class_of_tokens_has_its_price() =>
        Assert.Equal(300 + 150 + 375 + 600 + 30 + 10_000, Price.Cost(new TokenCount(100, 10, 100, 100, 100, 1)));

    [Fact]
    public void A_part_of_a_micro_dollar_is_rounded_up() =>
        Assert.Equal(1, new ModelPrice { Input = 0.1m, Output = 1 }.Cost(new TokenCount(1, 0)));

    [Fact]
    public void A_long_prompt_has_its_own_price_also_when_it_comes_from_the_cache()
    {
        Assert.Equal(200_000 * 3 + 15, Price.Cost(new TokenCount(200_000, 1)));
        Assert.Equal((long)(1 * 6 + 200_000 * 0.6m + 22.5m) + 1, Price.Cost(new TokenCount(1, 1, CacheRead: 200_000)));
    }

    [Fact]
    public void The_worst_prompt_is_written_to_the_dearest_cache()
    {
        Assert.Equal(375, Price.WorstInput(100, hourCache: false));
        Assert.Equal(600, Price.WorstInput(100, hourCache: true));
        Assert.Equal(300_000 * 7.5m, Price.WorstInput(300_000, hourCache: false));
        Assert.Equal(22.5m, Price.WorstOutput(300_000));
    }

    [Fact]
    public void Nothing_overflows() =>
        Assert.Equal(long.MaxValue, new ModelPrice { Input = 1e15m, Output = 1e15m }.Cost(new TokenCount(1_000_000_000, 1_000_000_000)));

    [Fact]
    public void The_known_prices_are_sound() => Assert.Empty(new GatewayOptions { ApiKey = new("k") }.Faults());

    [Fact]
    public void A_price_of_nothing_is_at_fault() =>
        Assert.Single(new GatewayOptions { Prices = new Dictionary<string, ModelPrice> { ["m"] = new() { Input = 0, Output = 1 } } }.Faults());
}
