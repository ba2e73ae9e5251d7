using System.Globalization;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.CommandLine;

/// <summary><c>aicli-web vault</c>: what lies under which key, a new key for everything, and whether everything opens.</summary>
internal static class VaultCommand
{
    public static Task<int> StatusAsync(CancellationToken cancel) => WithAsync(async vault =>
    {
        var rows = await vault.GetRequiredService<VaultOpening>().LookAsync(cancel);
        var roots = vault.GetRequiredService<RootKeys>();
        var keys = vault.GetRequiredService<VaultKeys>();
        Console.WriteLine($"Configured key: {roots.Fingerprint}");
        if (!rows.Any(row => row.IsKey))
        {
            Console.WriteLine("There is no key yet: the server makes it at its first start.");
        }

        foreach (var row in rows.Where(row => row.IsKey))
        {
            var made = row.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            var state = keys.Find(row.Number) is null ? "does not open"
                : row.RetiredAt is not null ? "retired, kept for old backups"
                : row.Number == rows[^1].Number ? "seals" : "opens, its rotation is not over";
            Console.WriteLine($"Key {row.Number}: made {made} UTC, wrapped under {row.Root}, {row.Sealings} sealings of 4294967296; {state}");
        }

        var census = await vault.GetRequiredService<SealedCensus>().TakeAsync(cancel);
        foreach (var share in census)
        {
            var under = share.Number == 0 ? "of the first form: run 'aicli-web vault rotate'"
                : rows.Any(row => row.Number == share.Number) ? $"under key {share.Number}" : $"under key {share.Number}, which is missing";
            Console.WriteLine($"{share.Column.Name}: {share.Values} {under}");
        }

        return rows.Any(row => row.IsKey && row.RetiredAt is null && keys.Find(row.Number) is null)
            || census.Any(share => rows.All(row => row.Number != share.Number)) ? 1 : 0;
    });

    public static Task<int> RotateAsync(CancellationToken cancel) => WithAsync(async vault =>
    {
        await vault.GetRequiredService<VaultOpening>().OpenAsync(cancel);
        Console.WriteLine("The last look waits until every server seals with the new key, up to 20 seconds.");
        var result = await VaultProgress.ShowAsync(progress => vault.GetRequiredService<VaultRotation>().RunAsync(progress, cancel));
        Console.WriteLine($"{(result.Resumed ? "Went on and finished" : "Done")}: {result.Resealed} values moved to key {result.Key}.");
        foreach (var place in result.Unreadable)
        {
            await Console.Error.WriteLineAsync($"aicli-web: {place} does not open and stays as it is; 'aicli-web vault verify' tells why.");
        }

        return result.Unreadable.Count == 0 ? 0 : 1;
    });

    public static Task<int> VerifyAsync(CancellationToken cancel) => WithAsync(async vault =>
    {
        await vault.GetRequiredService<VaultOpening>().LookAsync(cancel);
        var result = await VaultProgress.ShowAsync(progress => vault.GetRequiredService<VaultVerification>().RunAsync(progress, cancel));
        foreach (var fault in result.Faults)
        {
            Console.WriteLine(fault);
        }

        Console.WriteLine(result.Faults.Count == 0 ? $"All {result.Opened} values open." : $"{result.Faults.Count} values do not open, {result.Opened} do.");
        return result.Faults.Count == 0 ? 0 : 1;
    });

    private static async Task<int> WithAsync(Func<IServiceProvider, Task<int>> work)
    {
        var settings = ConfigurationLoader.LoadForThisProcess().Settings;
        var services = new ServiceCollection();
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => ServerHost.OpenDatabase(settings));
        services.AddLogging();
        services.AddMetrics();
        services.AddAudit();
        services.AddVault();
        await using var provider = services.BuildServiceProvider();
        return await work(provider);
    }
}
