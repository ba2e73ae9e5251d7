using System.Text.Json;
using AICodeManager.Tests.Fixtures;
using AICodeManager.Tests.FrontDoor.Accounts.SecondFactors;

namespace AICodeManager.Tests.FrontDoor.Accounts.Passkeys;

/// <summary>A server that people know as <c>https://manager.example</c>, as behind a proxy that ends TLS.</summary>
internal sealed class PasskeyLab(FactorLab factors) : IAsyncDisposable
{
    public const string Origin = "https://manager.example", Host = "manager.example";

    public FactorLab Factors => factors;

    public LiveServer Server => factors.Server;

    public FakeClock Clock => factors.Clock;

    public static async Task<PasskeyLab> StartAsync(string kind = "sqlite", PostgresServer? postgres = null) =>
        new(await FactorLab.StartAsync(kind, postgres));

    public ApiClient Anonymous(string host = Host)
    {
        var client = Server.Anonymous();
        client.Http.DefaultRequestHeaders.Host = host;
        return client;
    }

    /// <summary>A new account, signed in.</summary>
    public async Task<ApiClient> SignUpAsync()
    {
        var client = await Server.SignUpAsync();
        client.Http.DefaultRequestHeaders.Host = Host;
        return client;
    }

    /// <summary>A new account with a passkey.</summary>
    public async Task<(ApiClient Client, SoftAuthenticator Key)> EnrolledAsync()
    {
        var (client, key) = (await SignUpAsync(), new SoftAuthenticator(Origin));
        await AddAsync(client, key);
        return (client, key);
    }

    public static async Task<JsonElement> AddAsync(ApiClient client, SoftAuthenticator key, string? name = null)
    {
        var options = await client.PostAsync("auth/passkeys/register/options", new { });
        return await client.PostAsync("auth/passkeys/register", new
        {
            ceremony = options.GetProperty("ceremony").GetString(), credential = key.Create(options.GetProperty("public_key")), name,
        });
    }

    /// <summary>Begins a sign-in and answers it, truly or not.</summary>
    public async Task<(int Status, string? Code)> SignInAsync(SoftAuthenticator key, Forgery? forgery = null, string host = Host)
    {
        var client = Anonymous(host);
        var options = await client.PostAsync("auth/passkeys/login/options", new { });
        return await client.TryAsync(HttpMethod.Post, "auth/passkeys/login", Answer(options, key, forgery));
    }

    public static object Answer(JsonElement options, SoftAuthenticator key, Forgery? forgery = null) => new
    {
        ceremony = options.GetProperty("ceremony").GetString(), credential = key.Get(options.GetProperty("public_key"), forgery),
    };

    public ValueTask DisposeAsync() => factors.DisposeAsync();
}
