using System.Net.Http.Json;
using System.Text.Json;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Admission.RateLimits;

/// <summary>A server whose limits are small, a clock to move, and clients from wherever the test says.</summary>
/// <param name="owner">Who ends the server: this, or somebody else.</param>
internal sealed class LimitedServer(LiveServer server, FakeClock clock, bool owner = false) : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private readonly HttpClient http = new() { BaseAddress = server.Address };

    public LiveServer Server => server;

    public FakeClock Clock => clock;

    /// <summary>Limits that are out of the way where the test does not name them.</summary>
    public static string Config(int global = 100_000, int perIp = 100_000, int perUser = 100_000, string window = "1m", string endpoints = "", string more = "") => $$"""
        rate_limit:
          global: {requests: {{global}}, window: {{window}}}
          per_ip:
            requests: {{perIp}}
            window: {{window}}
            {{more}}
          per_user: {requests: {{perUser}}, window: {{window}}}
          endpoints:
            /api/v1/auth/register: {requests: 1000, window: 1m}
            {{endpoints}}
        # What is counted here are requests, however wrong the passwords in them.
        monitoring:
          attack_detection:
            brute_force:
              enabled: false

        """;

    public static async Task<LimitedServer> StartAsync(string config)
    {
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        return new(
            await LiveServer.StartAsync(
                config: config, change: services =>
                {
                    services.AddSingleton<TimeProvider>(clock);
                    Visitor.Addresses(services);
                }),
            clock, owner: true);
    }

    public Task<Got> GetAsync(string path, string from = "203.0.113.1", string? token = null) => AskAsync(HttpMethod.Get, path, from, token);

    /// <summary>A sign-in of somebody, or (null) of a new nobody, whom no lock holds.</summary>
    public Task<Got> LoginAsync(string? email = null, string from = "203.0.113.1", string path = "/api/v1/auth/login") =>
        AskAsync(HttpMethod.Post, path, from, body: new { email = email ?? $"{Guid.NewGuid():N}@example.com", password = LiveServer.Password });

    public async Task<Got> AskAsync(
        HttpMethod method, string path, string from = "203.0.113.1", string? token = null, object? body = null, string? origin = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Test-Address", from);
        if (token is not null)
            request.Headers.Add("Authorization", $"Bearer {token}");
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var answer = await http.SendAsync(request, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return new((int)answer.StatusCode, answer.Headers.ToDictionary(h => h.Key, h => string.Join(", ", h.Value)), text);
    }

    /// <summary>A new account's token.</summary>
    public async Task<string> SignUpAsync(string from = "203.0.113.99")
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        await AskAsync(HttpMethod.Post, "/api/v1/auth/register", from, body: new { email, password = LiveServer.Password });
        return (await LoginAsync(email, from)).Json.GetProperty("access_token").GetString()!;
    }

    public async Task<List<string?>> EventsAsync(string name) => (await server.Database.ReadAsync(
        r => r.QueryAsync<string?>("SELECT details FROM audit_events WHERE name = @name", new { name }), Cancel)).ToList();

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (owner)
            await server.DisposeAsync();
    }
}

/// <summary>What came back.</summary>
internal sealed record Got(int Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public string? this[string header] => Headers.GetValueOrDefault(header);

    public int Remaining => int.Parse(this["X-RateLimit-Remaining"]!);
}
