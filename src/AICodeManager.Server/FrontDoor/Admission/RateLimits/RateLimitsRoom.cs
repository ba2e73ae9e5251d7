using AICodeManager.Server.FrontDoor.Attacks;

namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>
/// How many requests are served: all together, by network, by user and by route, as one table of sliding windows that is
/// counted in the one exchange of admission. While the shared store is away each node counts its own share.
/// </summary>
public static class RateLimitsRoom
{
    public static void AddRateLimits(this IServiceCollection services)
    {
        services.AddSingleton<RateLimitTable>();
        services.AddSingleton<RateLimitRefusals>();
        services.AddSingleton<RateLimitMetrics>();
        services.AddSingleton<RateLimitGate>();
        services.AddSingleton<FloodGate>();
        services.AddSingleton<NodesSeen>();
        services.AddHostedService(provider => provider.GetRequiredService<NodesSeen>());
        services.AddHostedService<UnmatchedEndpoints>();
    }
}
