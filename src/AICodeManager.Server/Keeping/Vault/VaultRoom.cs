namespace AICodeManager.Server.Keeping.Vault;

/// <summary>Keeps single fields unreadable to whoever reads the database, and unusable where they were moved.</summary>
public static class VaultRoom
{
    public static void AddVault(this IServiceCollection services)
    {
        services.AddSingleton<RootKeys>();
        services.AddSingleton<FieldVault>();
    }
}
