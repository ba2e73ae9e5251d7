using AICodeManager.Server.FrontDoor.ClientKeys.Administration;
using AICodeManager.Server.FrontDoor.ClientKeys.Possession;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Devices;

/// <summary>The routes on which keys are registered, listed, replaced and ended, by their owners and by administrators.</summary>
public static class DevicesRoom
{
    public static void AddDevices(this IServiceCollection services)
    {
        services.AddSingleton<PossessionProof>();
        services.AddSingleton<KeyIntake>();
        services.AddSingleton<KeyViews>();
        services.AddSingleton<CacheClearing>();
        services.AddHostedService(p => p.GetRequiredService<CacheClearing>());
    }

    public static void MapDevices(this IEndpointRouteBuilder routes)
    {
        routes.MapOwnKeys();
        routes.MapKeyAdministration();
        routes.MapCaches();
    }
}
