using AICodeManager.Server.FrontDoor.ClientKeys.Signed;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>Keys of devices: the server holds public ones only, and lets their owners add, replace and end them (spec B).</summary>
public static class ClientKeysRoom
{
    public static void AddClientKeys(this IServiceCollection services)
    {
        services.AddSingleton<ClientKeyStore>();
        services.AddSingleton<KeyMemory>();
        services.AddSingleton<SharedKeyCopies>();
        services.AddSingleton<KeyFinder>();
        services.AddSingleton<KeyMetrics>();
        services.AddSingleton<BadSignatures>();
        services.AddSingleton<SignedRequests>();
        services.AddSingleton<KeyGate>();
        services.AddSingleton<KeyUses>();
        services.AddHostedService(s => s.GetRequiredService<KeyUses>());
    }
}
