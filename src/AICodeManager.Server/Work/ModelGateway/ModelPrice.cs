namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>What a model costs. Prices are USD per million tokens, which is micro-dollars per token.</summary>
public sealed record ModelPrice
{
    public required decimal Input { get; init; }

    public required decimal Output { get; init; }

    /// <summary>Writing to the five-minute cache; absent: 1.25 times the input.</summary>
    public decimal? CacheWrite { get; init; }

    /// <summary>Writing to the one-hour cache; absent: twice the input.</summary>
    public decimal? CacheWriteHour { get; init; }

    /// <summary>Reading from the cache; absent: a tenth of the input.</summary>
    public decimal? CacheRead { get; init; }

    /// <summary>No prompt can be longer: the provider refuses it.</summary>
    public long ContextTokens { get; init; } = 1_000_000;

    /// <summary>Above this many prompt tokens, cached ones included, <see cref="LongPrompt"/> holds for the whole call.</summary>
    public long LongPromptAbove { get; init; } = long.MaxValue;

    public ModelPrice? LongPrompt { get; init; }

    internal bool IsSound =>
        Input > 0 && Output > 0 && ContextTokens >= 1_000
        && CacheWrite is not < 0 && CacheWriteHour is not < 0 && CacheRead is not < 0
        && LongPrompt?.IsSound != false;

    /// <summary>What the tokens cost in micro-dollars, rounded up.</summary>
    internal long Cost(TokenCount used)
    {
        var price = For(used.Prompt);
        return Whole(used.Input * price.Input
            + used.CacheWrite * price.WriteShort
            + used.CacheWriteHour * price.WriteHour
            + used.CacheRead * (price.CacheRead ?? price.Input / 10)
            + used.Output * price.Output
            + used.WebSearches * WebSearch);
    }

    /// <summary>The most that a prompt of so many tokens can cost: as if all of it were written to the dearest cache.</summary>
    internal long WorstInput(long tokens, bool hourCache)
    {
        var price = For(tokens);
        return Whole(tokens * Math.Max(price.Input, Math.Max(price.WriteShort, hourCache ? price.WriteHour : 0)));
    }

    /// <summary>The output price that holds for a prompt of at most so many tokens.</summary>
    internal decimal WorstOutput(long promptTokens) => Math.Max(Output, For(promptTokens).Output);

    /// <summary>The provider's web search costs ten dollars for a thousand searches.</summary>
    private const decimal WebSearch = 10_000;

    private decimal WriteShort => CacheWrite ?? Input * 1.25m;

    private decimal WriteHour => CacheWriteHour ?? Input * 2;

    internal static long Whole(decimal microUsd) => microUsd >= long.MaxValue ? long.MaxValue : (long)decimal.Ceiling(microUsd);

    private ModelPrice For(long promptTokens) => promptTokens > LongPromptAbove && LongPrompt is { } price ? price : this;
}
