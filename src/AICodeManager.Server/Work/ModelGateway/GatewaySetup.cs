using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>What the configuration makes of the gateway.</summary>
public static class GatewaySetup
{
    public static GatewayOptions Options(Settings settings) => new()
    {
        Upstream = settings.Host.AnthropicBaseUrl,
        ApiKey = settings.Host.AnthropicApiKey,
        FirstByteTimeout = settings.ModelGateway.FirstByteTimeout,
        IdleTimeout = settings.ModelGateway.IdleTimeout,
        MaxRequestBytes = (int)Math.Min(settings.ModelGateway.RequestLimit, 64 << 20),
        Prices = settings.ModelGateway.Models.ToDictionary(m => m.Key, m => Price(m.Key, m.Value)),
    };

    // Where the configured price is the published one, what is published beside it holds too (prices of long prompts).
    private static ModelPrice Price(string model, Ground.Configuration.Sections.ModelPrice configured) =>
        KnownPrices.Table.TryGetValue(model, out var known) && known.Input == configured.Input && known.Output == configured.Output
            ? known with { CacheWrite = configured.CacheWrite, CacheRead = configured.CacheRead }
            : new ModelPrice
            {
                Input = configured.Input,
                Output = configured.Output,
                CacheWrite = configured.CacheWrite,
                CacheRead = configured.CacheRead,
            };
}
