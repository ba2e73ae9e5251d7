using AICodeManager.Server.FrontDoor.ClientKeys.Administration;
using AICodeManager.Server.FrontDoor.ClientKeys.Devices;
using AICodeManager.Server.FrontDoor.ClientKeys.Possession;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>Keys of devices: the server holds public ones only, and lets their owners add, replace and end them (spec B).</summary>
public static class ClientKeysRoom
{
    public static void AddClientKeys(this IServiceCollection services)
    {
        services.AddSingleton<ClientKeyStore>();
        services.AddSingleton<KeyUses>();
        services.AddHostedService(p => p.GetRequiredService<KeyUses>());
        services.AddSingleton<PossessionProof>();
        services.AddSingleton<KeyIntake>();
        services.AddSingleton<KeyViews>();
        services.AddSingleton<CacheClearing>();
        services.AddHostedService(p => p.GetRequiredService<CacheClearing>());
    }

    public static void MapClientKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapOwnKeys();
        routes.MapKeyAdministration();
        routes.MapCaches();
    }
}
