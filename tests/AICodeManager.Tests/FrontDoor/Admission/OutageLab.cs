using System.Text.Json;
using AICodeManager.Server.Keeping.Health;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.FrontDoor.Admission;

/// <summary>A server on a Redis of its own that keeps what it was told, with somebody signed in.</summary>
internal sealed class OutageLab : IAsyncDisposable
{
    public const string Email = "user1@example.com";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private OutageLab(RedisServer redis, LiveServer server, FakeClock clock) =>
        (Redis, Server, Clock) = (redis, server, clock);

    public RedisServer Redis { get; }

    public LiveServer Server { get; }

    public FakeClock Clock { get; }

    /// <param name="present">Whether Redis is there when the server starts.</param>
    public static async Task<OutageLab> StartAsync(bool present = true)
    {
        var redis = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", "always");
        if (!present)
        {
            await redis.KillAsync();
        }

        var clock = new FakeClock(DateTimeOffset.UtcNow);
        var environment = new Dictionary<string, string>
        {
            ["SESSION_REDIS_URL"] = $"redis://127.0.0.1:{redis.Port}/0",
            ["SESSION_REDIS_PASSWORD"] = RedisServer.Password,
            ["AICLI_SANDBOX"] = "none",
        };
        var server = await LiveServer.StartAsync(environment, change: services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            // The outage is to be seen at once, and not after the second for which an answer is good.
            services.AddSingleton(s => new Readiness(s.GetServices<IHealthPart>(), new LeapingClock(), NullLogger<Readiness>.Instance));
            Visitor.Addresses(services);
        });
        await server.Anonymous().PostAsync("auth/register", new { email = Email, password = LiveServer.Password });
        return new OutageLab(redis, server, clock);
    }

    /// <summary>Somebody at the server, signed in for tokens.</summary>
    public async Task<Visitor> SignedInAsync(string role = "user", string email = Email, string client = "api")
    {
        await Server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET role = @role WHERE email = @email", new { role, email }), Cancel);
        var visitor = new Visitor(Server);
        await visitor.SignInAsync(email, client);
        return visitor;
    }

    /// <summary>Ends Redis (SIGKILL) or freezes it (SIGSTOP), and waits for nothing.</summary>
    public Task TakeAwayAsync(string how) => how == "killed" ? Redis.KillAsync() : Redis.FreezeAsync();

    public Task BringBackAsync(string how) => how == "killed" ? Redis.RestartAsync() : Redis.ThawAsync();

    /// <summary>Status and code of a request, and after how many seconds it may be tried again.</summary>
    public async Task<(int Status, string? Code, TimeSpan? RetryAfter)> AskAsync(Visitor who, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}") { Content = body is null ? null : System.Net.Http.Json.JsonContent.Create(body) };
        request.Headers.Add("X-Test-Address", who.Address);
        request.Headers.TryAddWithoutValidation("User-Agent", who.UserAgent);
        if (who.Token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {who.Token}");
        }

        using var http = new HttpClient { BaseAddress = Server.Address };
        using var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return ((int)answer.StatusCode, text.Length > 0 && JsonElement.Parse(text).TryGetProperty("code", out var code) ? code.GetString() : null,
            answer.Headers.RetryAfter?.Delta);
    }

    public async Task<string?> ReadyAsync()
    {
        using var visitor = new Visitor(Server);
        return (await visitor.GetAsync("/readyz")).Json.GetProperty("parts").GetProperty("coordination").GetProperty("status").GetString();
    }

    public Task<long> CountAsync(string sql) => Server.Database.ReadAsync(r => r.ScalarAsync<long>(sql), Cancel);

    public async ValueTask DisposeAsync()
    {
        await Redis.ThawAsync();
        await Server.DisposeAsync();
        await Redis.DisposeAsync();
    }

    /// <summary>Between two looks at it a minute passes.</summary>
    private sealed class LeapingClock : TimeProvider
    {
        private long ticks;

        public override long GetTimestamp() => Interlocked.Add(ref ticks, TimeSpan.TicksPerMinute);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
    }
}
