using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>
/// The only way from a sandbox to the model. It swaps a task's token for the real key on the host side, lets through nothing
/// but model calls, and sees that money is reserved before it is spent. It knows nothing of users, databases or the web face;
/// the task room opens a <see cref="GatewayDoor"/> for each task and gives it a ledger.
/// </summary>
public static class GatewayRoom
{
    /// <summary>Registers <see cref="GatewayHost"/>; <see cref="GatewayOptions"/> must be registered by the configuration.</summary>
    public static IServiceCollection AddModelGateway(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<GatewayHost>();
        return services;
    }
}
