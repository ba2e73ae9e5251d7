namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>
/// The only way from a sandbox to the model. It swaps a task's token for the real key on the host side, lets through nothing
/// but model calls, and sees that money is reserved before it is spent. It knows nothing of users, databases or the web face;
/// the task room opens a <see cref="GatewayDoor"/> for each task and gives it a ledger.
/// </summary>
public static class GatewayRoom
{
    public static void AddModelGateway(this IServiceCollection services, GatewayOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<GatewayHost>();
    }
}
