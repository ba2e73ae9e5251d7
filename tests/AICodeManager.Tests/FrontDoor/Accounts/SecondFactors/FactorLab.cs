using AICodeManager.Server.FrontDoor.Accounts;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;

/// <summary>A live server on either database, with a clock that the test moves.</summary>
internal sealed class FactorLab(LiveServer server, FakeClock clock) : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public LiveServer Server => server;

    public FakeClock Clock => clock;

    public TotpStore Totp => server.Services.GetRequiredService<TotpStore>();

    public RecoveryCodeStore Recovery => server.Services.GetRequiredService<RecoveryCodeStore>();

    public static async Task<FactorLab> StartAsync(
        string kind = "sqlite", PostgresServer? postgres = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>());
        if (kind == "postgresql")
        {
            variables.TryAdd("DATABASE_URL", (await postgres!.NewDatabaseAsync()).Reveal());
        }

        var clock = new FakeClock();
        return new FactorLab(await LiveServer.StartAsync(variables, change: s => s.AddSingleton<TimeProvider>(clock)), clock);
    }

    /// <summary>An account, not signed in.</summary>
    public async Task<Account> AccountAsync(string email = "someone@example.com")
    {
        await server.Anonymous().PostAsync("auth/register", new { email, password = LiveServer.Password });
        return (await server.Services.GetRequiredService<AccountStore>().FindByEmailAsync(email, Cancel))!;
    }

    /// <summary>An account whose TOTP is on; the step of its first code is spent.</summary>
    public async Task<(Account Account, byte[] Secret, IReadOnlyList<string> Codes)> EnrolledAsync(string email = "someone@example.com")
    {
        var account = await AccountAsync(email);
        var secret = Enumerable.Range(0, 20).Select(i => (byte)(i + email.Length)).ToArray();
        Assert.True(await Totp.BeginAsync(account.Id, secret, RequestOrigin.System, Cancel));
        var done = await Totp.ConfirmAsync(account.Id, CodeNow(secret), RequestOrigin.System, Cancel);
        Assert.Equal(TotpOutcome.Confirmed, done.Outcome);
        return (account, secret, done.Codes!);
    }

    /// <summary>The code that an authenticator shows now.</summary>
    public string CodeNow(byte[] secret) => AICodeManager.Server.FrontDoor.Accounts.SecondFactors.Totp.CodeAt(
        secret, AICodeManager.Server.FrontDoor.Accounts.SecondFactors.Totp.StepAt(clock.UtcNow));

    /// <summary>Moves to the next time step and gives its code.</summary>
    public string NextCode(byte[] secret)
    {
        clock.Advance(TimeSpan.FromSeconds(30));
        return CodeNow(secret);
    }

    public async Task<SecondFactorResult> CheckAsync(Account account, string code)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var factors = scope.ServiceProvider.GetRequiredService<AICodeManager.Server.FrontDoor.Accounts.SecondFactors.SecondFactors>();
        return await factors.CheckAsync(account, code, RequestOrigin.System, Cancel);
    }

    public Task<long> CountAsync(string sql) => server.Database.ReadAsync(r => r.ScalarAsync<long>(sql), Cancel);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
