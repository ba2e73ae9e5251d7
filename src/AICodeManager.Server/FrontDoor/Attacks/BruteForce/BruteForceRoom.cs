using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.Ground.Configuration;

namespace AICodeManager.Server.FrontDoor.Attacks.BruteForce;

/// <summary>Guessing of passwords, codes and tokens: what is counted, what is refused, whom it blocks.</summary>
public static class BruteForceRoom
{
    public static void AddBruteForce(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<BlockTable>();
        services.AddSingleton<BlockStore>();
        services.AddSingleton<BlockList>();
        services.AddHostedService(p => p.GetRequiredService<BlockList>());
        services.AddSingleton(GuessRules.From(settings.Monitoring.AttackDetection.BruteForce));
        services.AddSingleton(new GuessKeys(settings.Session));
        services.AddSingleton<LocalAttempts>();
        services.AddSingleton<IAttemptStore, SharedAttempts>();
        services.AddSingleton(p => new GuessGuard(p.GetRequiredService<IAttemptStore>(), p.GetRequiredService<GuessRules>())
        {
            Shard = p.GetRequiredService<GuessKeys>().Shard,
        });
        services.AddSingleton<SignInWatch>();
        services.AddSingleton<DeadTokens>();
    }
}
