using AICodeManager.Server.Ground.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Fixtures;

/// <summary>
/// Two real servers of one installation: one PostgreSQL database, one Redis, the same secrets, a data folder each.
/// Both read one clock, which the test sets.
/// </summary>
public sealed class TwoNodes : IAsyncDisposable
{
    private static readonly string[] Secrets = ["JWT_SECRET_KEY", "SESSION_SECRET_KEY", "CSRF_SECRET_KEY", "DB_ENCRYPTION_KEY", "BFF_SECRET_KEY"];

    private TwoNodes(LiveServer a, LiveServer b, FakeClock clock) => (A, B, Clock) = (a, b, clock);

    public LiveServer A { get; }

    public LiveServer B { get; }

    public FakeClock Clock { get; }

    /// <param name="config">Text of the <c>config.yml</c> of both.</param>
    /// <param name="fast">How much B's clock, which then is its own, is ahead.</param>
    public static async Task<TwoNodes> StartAsync(
        PostgresServer postgres, RedisServer redis, string? config = null, Action<IServiceCollection>? change = null, TimeSpan? fast = null)
    {
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        var environment = Secrets.ToDictionary(name => name, _ => SecretsFolder.NewSecret().Reveal());
        environment["DATABASE_URL"] = (await postgres.NewDatabaseAsync()).Reveal();
        environment["SESSION_REDIS_URL"] = $"redis://127.0.0.1:{redis.Port}/0";
        environment["SESSION_REDIS_PASSWORD"] = RedisServer.Password;
        environment["AICLI_SANDBOX"] = "none";
        var a = await LiveServer.StartAsync(environment, config, services => Change(services, clock));
        var other = fast is { } ahead ? new FakeClock(clock.UtcNow + ahead) : clock;
        return new TwoNodes(a, await LiveServer.StartAsync(environment, config, services => Change(services, other)), clock);

        void Change(IServiceCollection services, FakeClock its)
        {
            services.AddSingleton<TimeProvider>(its);
            Visitor.Addresses(services);
            change?.Invoke(services);
        }
    }

    /// <summary>One of the two by its letter, and the other.</summary>
    public (LiveServer Here, LiveServer There) From(string node) => node == "A" ? (A, B) : (B, A);

    /// <summary>A new account, not signed in: its address.</summary>
    public async Task<string> RegisterAsync()
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await A.Anonymous().PostAsync("auth/register", new { email, password = LiveServer.Password });
        return email;
    }

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
    }
}

/// <summary>Two nodes for the tests of a class; each test brings people of its own and leaves the clock alone.</summary>
public sealed class SharedNodes(PostgresServer postgres, SharedRedis redis) : IAsyncLifetime
{
    public TwoNodes Nodes { get; private set; } = null!;

    /// <summary>An administrator's token.</summary>
    public string Admin { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Nodes = await TwoNodes.StartAsync(postgres, redis.Server);
        Admin = (await Nodes.A.SignUpAsync("admin")).Token!;
    }

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();
}
