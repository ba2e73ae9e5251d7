using AICodeManager.Server.FrontDoor.ClientKeys.Administration;
using AICodeManager.Server.FrontDoor.ClientKeys.Possession;
using AICodeManager.Server.FrontDoor.ClientKeys.ReEnrolment;
using AICodeManager.Server.FrontDoor.ClientKeys.Signed;
using AICodeManager.Server.Ground;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Devices;

/// <summary>The routes on which keys are registered, listed, replaced and ended, by their owners and by administrators.</summary>
public static class DevicesRoom
{
    public static void AddDevices(this IServiceCollection services)
    {
        services.AddSingleton<PossessionProof>();
        services.AddSingleton<KeyIntake>();
        services.AddSingleton<KeyViews>();
        services.AddScoped<ReEnrolments>();
        services.AddSingleton<IClearable>(p => p.GetRequiredService<KeyMemory>());
        services.AddSingleton<CacheClearing>();
        services.AddHostedService(p => p.GetRequiredService<CacheClearing>());
    }

    public static void MapDevices(this IEndpointRouteBuilder routes)
    {
        routes.MapOwnKeys();
        routes.MapReEnrolment();
        routes.MapKeyAdministration();
        routes.MapCaches();
    }
}
