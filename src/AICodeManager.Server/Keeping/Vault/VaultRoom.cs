namespace AICodeManager.Server.Keeping.Vault;

/// <summary>
/// Keeps single fields unreadable to whoever reads the database, and unusable where they were moved or put back: sealed
/// with data keys, which lie wrapped under the configured key (envelope encryption). See docs/vault.md.
/// </summary>
public static class VaultRoom
{
    public static void AddVault(this IServiceCollection services)
    {
        services.AddSingleton<RootKeys>();
        services.AddSingleton<VaultKeys>();
        services.AddSingleton<VaultKeyStore>();
        services.AddSingleton<FieldVault>();
        services.AddSingleton<SealedFields>();
        services.AddSingleton<SealedCensus>();
        services.AddSingleton<VaultOpening>();
        services.AddSingleton<VaultRotation>();
        services.AddSingleton<VaultVerification>();
        services.AddSingleton<VaultKeeper>();
        services.AddHostedService(services => services.GetRequiredService<VaultKeeper>());
    }

    /// <summary>After the migrations and before anything is sealed or opened.</summary>
    /// <exception cref="VaultException">Fields cannot be opened with the configured keys.</exception>
    public static Task OpenVaultAsync(this IServiceProvider services, CancellationToken cancel) =>
        services.GetRequiredService<VaultOpening>().OpenAsync(cancel);
}
