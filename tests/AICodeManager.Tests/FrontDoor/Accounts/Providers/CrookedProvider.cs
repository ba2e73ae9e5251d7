using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace AICodeManager.Tests.FrontDoor.Accounts.Providers;

/// <summary>An OpenID provider on loopback that lies as each test tells it to. What no test changes is as it should be.</summary>
internal sealed class CrookedProvider : IAsyncDisposable
{
    public const string Name = "crooked", KeyId = "k1";

    // Without escapes: a + stays one.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly WebApplication app;
    private readonly RSA key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, string> nonces = [];

    private CrookedProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(Discovery()));
        app.MapGet("/jwks", context => (Jwks ?? JwksAsync)(context));
        app.MapPost("/token", context => (Token ?? TokenAsync)(context));
        app.MapGet("/me", context => (UserInfo ?? UserInfoAsync)(context));
        app.MapPost("/revoke", async context => Revoked.Add((await context.Request.ReadFormAsync())["token"].ToString()));
    }

    public string Issuer { get; private set; } = "";

    /// <summary>Changes claims of the ID token.</summary>
    public Action<JsonObject>? Claims { get; set; }

    /// <summary>Makes a token of header and claims; else they are signed rightly.</summary>
    public Func<JsonObject, JsonObject, string>? Sign { get; set; }

    public RequestDelegate? Jwks { get; set; }
    public RequestDelegate? Token { get; set; }
    public RequestDelegate? UserInfo { get; set; }

    /// <summary>Who signs in.</summary>
    public Person Person { get; set; } = Person.New();

    public ConcurrentBag<string> Revoked { get; } = [];

    public RSA Key => key;

    /// <summary>Honest again, with somebody new.</summary>
    public void Reset()
    {
        (Claims, Sign, Jwks, Token, UserInfo) = (null, null, null, null, null);
        Person = Person.New();
    }

    public static async Task<CrookedProvider> StartAsync()
    {
        var provider = new CrookedProvider();
        await provider.app.StartAsync(Cancel);
        provider.Issuer = provider.app.Urls.First();
        return provider;
    }

    /// <summary>As a browser coming from its pages: the callback for an authorization request. The code is the state.</summary>
    public string Approve(Uri authorize, string? more = null)
    {
        var query = QueryHelpers.ParseQuery(authorize.Query);
        nonces[query["state"]!] = query["nonce"].ToString();
        return $"{new Uri(query["redirect_uri"]!).AbsolutePath}?code={query["state"]}&state={query["state"]}{more}";
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    public static string Base64(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>RS256 by a key.</summary>
    public static string SignWith(RSA key, JsonObject header, JsonObject claims)
    {
        var signed = $"{Base64(header.ToJsonString(Plain))}.{Base64(claims.ToJsonString())}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private Dictionary<string, object> Discovery() => new Dictionary<string, object>
    {
        ["issuer"] = Issuer,
        ["authorization_endpoint"] = $"{Issuer}/authorize",
        ["token_endpoint"] = $"{Issuer}/token",
        ["jwks_uri"] = $"{Issuer}/jwks",
        ["userinfo_endpoint"] = $"{Issuer}/me",
        ["revocation_endpoint"] = $"{Issuer}/revoke",
    };

    private Task JwksAsync(HttpContext context)
    {
        var parameters = key.ExportParameters(false);
        return context.Response.WriteAsJsonAsync(new
        {
            keys = new[]
            {
                new { kty = "RSA", use = "sig", kid = KeyId, n = Base64Url.EncodeToString(parameters.Modulus), e = Base64Url.EncodeToString(parameters.Exponent) },
            },
        });
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = KeyId };
        var claims = new JsonObject
        {
            ["iss"] = Issuer, ["sub"] = Person.Sub, ["aud"] = $"aicli-{Name}", ["nonce"] = nonces[form["code"]!], ["iat"] = now, ["exp"] = now + 300,
        };
        Claims?.Invoke(claims);
        await context.Response.WriteAsJsonAsync(new
        {
            access_token = $"access-{Person.Sub}",
            refresh_token = $"refresh-{Person.Sub}",
            token_type = "bearer",
            id_token = (Sign ?? ((h, c) => SignWith(key, h, c)))(header, claims),
        });
    }

    private Task UserInfoAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(context.Request.Headers.Authorization == $"Bearer access-{Person.Sub}" ? Person.ToJson() : "{}");
    }
}
