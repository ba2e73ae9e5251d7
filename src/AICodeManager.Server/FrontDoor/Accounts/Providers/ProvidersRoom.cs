using AICodeManager.Server.FrontDoor.Accounts.Providers.Dialects;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.FrontDoor.Accounts.Providers.Links;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>
/// Signing in with an account elsewhere (spec A7). Not the framework's OAuth handler, though in its steps: why stands in
/// docs/decisions/0015.
/// </summary>
public static class ProvidersRoom
{
    public static void AddProviders(this IServiceCollection services)
    {
        services.AddSingleton(GitHubAddresses.Public);
        services.AddSingleton(BackChannelLimits.Default);
        services.AddSingleton<BackChannel>();
        services.AddSingleton<ProviderTable>();
        services.AddSingleton<SingleUse>();
        services.AddSingleton<BrowserBinding>();
        services.AddSingleton<FlowStart>();
        services.AddSingleton<FlowEnd>();
        services.AddSingleton<LinkStore>();
        services.AddSingleton<LinkEnd>();
        services.AddSingleton<GrantReturn>();
        services.AddSingleton<Arrivals>();
        services.AddSingleton<SecondFactorStep>();
    }
}
