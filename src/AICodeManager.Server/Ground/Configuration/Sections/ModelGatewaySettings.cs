using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>model_gateway</c> (our own): the models a task may call, and how long the gateway waits for them.</summary>
public sealed record ModelGatewaySettings
{
    /// <summary>Model of tasks; one of <see cref="Models"/>.</summary>
    public required string Model { get; init; }

    /// <summary>Until an answer's first byte.</summary>
    public required TimeSpan FirstByteTimeout { get; init; }

    /// <summary>Between two pieces of a streamed answer.</summary>
    public required TimeSpan IdleTimeout { get; init; }

    /// <summary>Bytes of one request body.</summary>
    public required long RequestLimit { get; init; }

    /// <summary>Prices by model. A model that is not here is refused, because its cost could not be bounded.</summary>
    public required IReadOnlyDictionary<string, ModelPrice> Models { get; init; }

    internal static ModelGatewaySettings Read(SectionReader section)
    {
        var models = new Dictionary<string, ModelPrice>(Prices, StringComparer.Ordinal);
        foreach (var (name, price) in section.Map("models", Texts.ModelName, ModelPrice.Read))
            models[name] = price;
        var model = section.Value("model", "claude-sonnet-4-5", Texts.ModelName);
        if (!models.ContainsKey(model))
            section.Fault("model", $"'{model}' has no price", $"a model listed under models, or {string.Join(", ", Prices.Keys)}");
        return new()
        {
            Model = model,
            FirstByteTimeout = section.Value("first_byte_timeout", "120s", Durations.Between("1s", "1h")),
            IdleTimeout = section.Value("idle_timeout", "60s", Durations.Between("1s", "1h")),
            RequestLimit = section.Value("request_limit", "32m", Sizes.Between("64k", "1g")),
            Models = models,
        };
    }

    // What the pinned CLI itself reckons with; a newer model is added by configuration. Writing to the cache costs 1.25 times the input, reading a tenth.
    internal static readonly IReadOnlyDictionary<string, ModelPrice> Prices = new Dictionary<string, ModelPrice>
    {
        ["claude-fable-5"] = Published(10m, 50m),
        ["claude-opus-4-8"] = Published(5m, 25m),
        ["claude-opus-4-7"] = Published(5m, 25m),
        ["claude-opus-4-6"] = Published(5m, 25m),
        ["claude-opus-4-5"] = Published(5m, 25m),
        ["claude-opus-4-1"] = Published(15m, 75m),
        ["claude-sonnet-5"] = Published(3m, 15m),
        ["claude-sonnet-4-6"] = Published(3m, 15m),
        ["claude-sonnet-4-5"] = Published(3m, 15m),
        ["claude-haiku-4-5"] = Published(1m, 5m),
    };

    private static ModelPrice Published(decimal input, decimal output) => new(input, output, input * 1.25m, input / 10);
}

/// <summary>What a model costs, in US dollars for a million tokens; the same number is micro-dollars for one token.</summary>
/// <param name="Input">Tokens of the request that no cache held.</param>
/// <param name="Output">Tokens of the answer.</param>
/// <param name="CacheWrite">Tokens written to the provider's cache.</param>
/// <param name="CacheRead">Tokens read from it.</param>
public sealed record ModelPrice(decimal Input, decimal Output, decimal CacheWrite, decimal CacheRead)
{
    private static readonly Form<decimal> Dollars = Numbers.Decimal(0m, 10_000m);

    /// <summary>A model that we know keeps the prices that the file leaves out; any other must name all four.</summary>
    internal static ModelPrice Read(string model, SectionReader section)
    {
        var known = ModelGatewaySettings.Prices.GetValueOrDefault(model);
        return new(
            Price("input", known?.Input), Price("output", known?.Output),
            Price("cache_write", known?.CacheWrite), Price("cache_read", known?.CacheRead));

        decimal Price(string key, decimal? fallback) => fallback is { } price
            ? section.Value(key, price.ToString(System.Globalization.CultureInfo.InvariantCulture), Dollars)
            : section.Required(key, Dollars);
    }
}
