using System.Collections.Frozen;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Prices that the pinned CLI reckons with, and what is published beside them; configuration replaces or extends them.</summary>
public static class KnownPrices
{
    private const long Small = 200_000;

    public static readonly IReadOnlyDictionary<string, ModelPrice> Table = new Dictionary<string, ModelPrice>
    {
        ["claude-fable-5"] = new() { Input = 10, Output = 50 },
        ["claude-opus-4-8"] = new() { Input = 5, Output = 25 },
        ["claude-opus-4-7"] = new() { Input = 5, Output = 25 },
        ["claude-opus-4-6"] = new() { Input = 5, Output = 25 },
        ["claude-opus-4-5"] = new() { Input = 5, Output = 25, ContextTokens = Small },
        ["claude-opus-4-1"] = new() { Input = 15, Output = 75, ContextTokens = Small },
        ["claude-sonnet-5"] = new() { Input = 3, Output = 15 },
        ["claude-sonnet-4-6"] = new() { Input = 3, Output = 15 },
        ["claude-sonnet-4-5"] = LongSonnet,
        ["claude-haiku-4-5"] = new() { Input = 1, Output = 5, ContextTokens = Small },
    }.ToFrozenDictionary();

    private static ModelPrice LongSonnet => new()
    {
        Input = 3, Output = 15, LongPromptAbove = Small, LongPrompt = new() { Input = 6, Output = 22.5m },
    };
}
