using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.ClientKeys;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Signatures.Digests;
using AICodeManager.Signatures.Keys;
using AICodeManager.Signatures.Messages;
using AICodeManager.Signatures.Signing;
using AICodeManager.Tests.Fixtures;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.ClientKeys;

/// <summary>A live server on either database with a clock that the test moves, and devices that sign by that clock.</summary>
internal sealed class KeyLab(LiveServer server, FakeClock clock) : IAsyncDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    public LiveServer Server => server;

    public FakeClock Clock => clock;

    public ClientKeyStore Store => server.Services.GetRequiredService<ClientKeyStore>();

    public Settings Settings => server.Services.GetRequiredService<Settings>();

    public static async Task<KeyLab> StartAsync(
        string kind = "sqlite", PostgresServer? postgres = null, string? config = null, Action<IServiceCollection>? change = null,
        Action<IEndpointRouteBuilder>? routes = null)
    {
        var variables = new Dictionary<string, string>();
        if (kind == "postgresql")
        {
            variables["DATABASE_URL"] = (await postgres!.NewDatabaseAsync()).Reveal();
        }

        var clock = new FakeClock();
        return new KeyLab(await LiveServer.StartAsync(variables, config, services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            change?.Invoke(services);
        }, routes), clock);
    }

    /// <summary>A new account, signed in for tokens.</summary>
    public async Task<Owner> SignUpAsync(string role = "user")
    {
        var client = await server.SignUpAsync(role);
        var me = await client.GetAsync("auth/me");
        return new Owner(client, me.GetProperty("id").GetGuid(), me.GetProperty("email").GetString()!);
    }

    /// <summary>The same person, signed in anew; tokens do not last through the days that a test may skip.</summary>
    public async Task<Owner> AgainAsync(Owner owner)
    {
        var client = server.Anonymous();
        await client.SignInAsync(owner.Email, LiveServer.Password);
        return owner with { Client = client };
    }

    public Device NewDevice(SignatureAlgorithm algorithm = SignatureAlgorithm.ES256) => new(SigningKey.Generate(algorithm), clock);

    /// <summary>A device whose key is registered.</summary>
    public async Task<Device> EnrolAsync(Owner owner, Device? device = null, string? name = null, string? custody = null)
    {
        device ??= NewDevice();
        var answer = await SendAsync(HttpMethod.Post, "keys", new { public_key = device.Pem, name, custody, algorithm = device.Key.Algorithm.ToString() }, owner.Token, device.Proof());
        Assert.True(answer.Status == 201, answer.Text);
        device.Id = answer.Json.GetProperty("key_id").GetGuid();
        return device;
    }

    /// <summary>Sends a request with these signatures, each under a label of its own.</summary>
    public Task<KeyAnswer> SendAsync(HttpMethod method, string path, object? body, string? token, params RequestSigner[] signers) =>
        SendAsync(method, path, body, token, null, signers);

    /// <param name="change">Alters the request after it was signed.</param>
    public async Task<KeyAnswer> SendAsync(
        HttpMethod method, string path, object? body, string? token, Action<HttpRequestMessage>? change, params RequestSigner[] signers)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Address, $"/api/v1/{path}"));
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (body is not null)
        {
            var bytes = body as byte[] ?? JsonSerializer.SerializeToUtf8Bytes(body);
            request.Content = new ByteArrayContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Content.Headers.TryAddWithoutValidation("Content-Digest", ContentDigest.Of(bytes));
        }

        var fields = signers.Select(signer => signer.Sign(new OutgoingRequest(request))).ToList();
        if (fields.Count > 0)
        {
            request.Headers.TryAddWithoutValidation("Signature-Input", string.Join(", ", fields.Select(f => f.SignatureInput)));
            request.Headers.TryAddWithoutValidation("Signature", string.Join(", ", fields.Select(f => f.Signature)));
        }

        change?.Invoke(request);
        using var answer = await server.Anonymous().Http.SendAsync(request, Cancel);
        return KeyAnswer.Of((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>How a request that the device signs, and nothing else, is answered.</summary>
    public Task<KeyAnswer> AskAsync(Device device) => SendAsync(HttpMethod.Get, "auth/me", null, null, device.Signature());

    public async Task<KeyAnswer> RotateAsync(Device old, Device next, Owner? owner = null) =>
        await SendAsync(HttpMethod.Post, $"keys/{old.Id}/rotate", new { public_key = next.Pem }, owner?.Token, old.Signature(), next.Proof());

    public Task<IReadOnlyList<string>> EventsAsync(Guid key) => server.Database.ReadAsync(
        r => r.QueryAsync<string>(
            "SELECT name || COALESCE(' ' || reason, '') FROM audit_events WHERE resource_type = 'key' AND resource_id = @Id ORDER BY id",
            new { Id = key.ToString("D") }), Cancel);

    public Task<long> VersionAsync(Guid user) => server.Database.ReadAsync(
        r => r.ScalarAsync<long>("SELECT version FROM users WHERE id = @user", new { user }), Cancel);

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

/// <summary>Somebody signed in.</summary>
internal sealed record Owner(ApiClient Client, Guid Id, string Email)
{
    public string Token => Client.Token!;
}

/// <summary>A key pair and what it signs.</summary>
internal sealed class Device(SigningKey key, TimeProvider time)
{
    public SigningKey Key => key;

    /// <summary>Once it is registered.</summary>
    public Guid Id { get; set; }

    public string Pem => key.Public.ToPem();

    public string Thumbprint => key.Public.Thumbprint;

    /// <summary>The proof of possession that goes with the registration.</summary>
    public RequestSigner Proof(
        string tag = "aicli-register", string? keyId = null, string? nonce = null, TimeSpan ago = default, string? left = null,
        SigningKey? by = null) => new(by ?? key, keyId ?? Thumbprint, new SignerOptions
        {
            Tag = tag,
            Label = "reg",
            Time = ago == default ? time : new FakeClock(time.GetUtcNow() - ago),
            NewNonce = () => nonce ?? Guid.NewGuid().ToString("N"),
            Covering = _ => Components.Where(name => name != left).Select(name => new Component(name)),
        });

    /// <summary>The request's own signature.</summary>
    public RequestSigner Signature() => new(key, Id.ToString("D"), new SignerOptions { Time = time });

    private static readonly string[] Components = ["@method", "@target-uri", "content-digest"];
}

/// <summary>What came back.</summary>
internal sealed record KeyAnswer(int Status, JsonElement Json, string Text)
{
    public string? Code => Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public (int, string?) Outcome => (Status, Code);

    public static KeyAnswer Of(int status, string text) =>
        new(status, text.StartsWith('{') ? JsonElement.Parse(Encoding.UTF8.GetBytes(text)) : default, text);
}
