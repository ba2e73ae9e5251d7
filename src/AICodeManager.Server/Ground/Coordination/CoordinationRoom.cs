using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Configuration.Sections;
using AICodeManager.Server.Ground.Coordination.Embedded;
using AICodeManager.Server.Ground.Coordination.Redis;

namespace AICodeManager.Server.Ground.Coordination;

/// <summary>
/// Short-lived state that all nodes share. It knows nothing of what the records and marks mean; the rooms that do call
/// it through <see cref="ICoordination"/>, admission once with every request.
/// </summary>
public static class CoordinationRoom
{
    public static void AddCoordination(this IServiceCollection services, Settings settings)
    {
        if (settings.Session.Store == SessionStoreKind.Redis)
        {
            services.AddSingleton(RedisOptions.From(settings.Session.Redis));
            services.AddSingleton<CoordinationMetrics>();
            services.AddSingleton<ICoordination, RedisCoordination>();
        }
        else
        {
            services.AddSingleton(new EmbeddedLimits(
                MarksExpected: settings.Jwt.Blacklist.MaxEntries, ClearEvery: settings.Jwt.Blacklist.CleanupInterval));
            services.AddSingleton<ICoordination, EmbeddedCoordination>();
        }
    }

    /// <summary>Before the first request and after the migrations: an embedded store loads, Redis is connected to.</summary>
    public static Task StartCoordinationAsync(this IServiceProvider services, CancellationToken cancel) =>
        services.GetRequiredService<ICoordination>() switch
        {
            EmbeddedCoordination embedded => embedded.StartAsync(cancel),
            RedisCoordination redis => redis.StartAsync(cancel),
            // A test's own.
            _ => Task.CompletedTask,
        };
}
