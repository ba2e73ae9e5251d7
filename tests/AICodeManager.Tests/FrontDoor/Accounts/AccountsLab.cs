using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts;

/// <summary>A live server whose clock a test sets and whose password hashing it counts.</summary>
internal sealed class AccountsLab : IAsyncDisposable
{
    public const string Password = LiveServer.Password;

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private AccountsLab(LiveServer server, FakeClock clock, CountingHasher hasher) => (Server, Clock, Hasher) = (server, clock, hasher);

    public LiveServer Server { get; }

    public FakeClock Clock { get; }

    public CountingHasher Hasher { get; }

    /// <param name="kind"><c>sqlite</c> or <c>postgresql</c>.</param>
    public static async Task<AccountsLab> StartAsync(string kind = "sqlite", PostgresServer? postgres = null, string? config = null)
    {
        var environment = new Dictionary<string, string>();
        if (kind == "postgresql")
        {
            environment["DATABASE_URL"] = (await postgres!.NewDatabaseAsync()).Reveal();
        }

        return await StartAsync(environment, config);
    }

    public static async Task<AccountsLab> StartAsync(
        Dictionary<string, string> environment, string? config = null, FakeClock? clock = null, Action<IServiceCollection>? change = null)
    {
        clock ??= new FakeClock();
        var hasher = new CountingHasher();
        var server = await LiveServer.StartAsync(environment, config, services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            services.AddSingleton<IPasswordHasher<Account>>(hasher);
            change?.Invoke(services);
        });
        return new AccountsLab(server, clock, hasher);
    }

    public Task<JsonElement> RegisterAsync(string email) =>
        Server.Anonymous().PostAsync("auth/register", new { email, password = Password });

    /// <summary>Signs in from nowhere in particular: status, code and the headers of the answer.</summary>
    public async Task<LoginAnswer> LoginAsync(string email, string password, string? device = null, string? code = null)
    {
        using var answer = await Server.Anonymous().Http.PostAsJsonAsync(
            "/api/v1/auth/login", new { email, password, device, code }, Cancel);
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return new LoginAnswer(
            (int)answer.StatusCode,
            body.TryGetProperty("code", out var problem) ? problem.GetString() : null,
            answer.Headers.TryGetValues("X-Device-Token", out var token) ? token.Single() : null,
            answer.Headers.RetryAfter?.Delta,
            body);
    }

    /// <summary>Fails to sign in a number of times, one after the other.</summary>
    public async Task FailAsync(string email, int times, string? device = null)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.Equal("invalid_credentials", (await LoginAsync(email, "not the password", device)).Code);
        }
    }

    public Task<IReadOnlyList<string>> EventsAsync(string name) => Server.Database.ReadAsync(
        r => r.QueryAsync<string>("SELECT COALESCE(reason, '') FROM audit_events WHERE name = @name ORDER BY reason DESC", new { name }), Cancel);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

internal sealed record LoginAnswer(int Status, string? Code, string? Device, TimeSpan? RetryAfter, JsonElement Body);

/// <summary>The hasher, counted: equal work is proved by counts, never by clocks.</summary>
internal sealed class CountingHasher : IPasswordHasher<Account>
{
    private readonly Passwords real = QuickPasswords.New();
    private int hashes, verifications;

    public int Hashes => hashes;

    public int Verifications => verifications;

    public string HashPassword(Account user, string password)
    {
        Interlocked.Increment(ref hashes);
        return real.HashPassword(user, password);
    }

    public PasswordVerificationResult VerifyHashedPassword(Account user, string hashedPassword, string providedPassword)
    {
        // A hash that is empty or cut would cost nothing to verify.
        Assert.True(Convert.FromBase64String(hashedPassword).Length > 50);
        Interlocked.Increment(ref verifications);
        return real.VerifyHashedPassword(user, hashedPassword, providedPassword);
    }
}
