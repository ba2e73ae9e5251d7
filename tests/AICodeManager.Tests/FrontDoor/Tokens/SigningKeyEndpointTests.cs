using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Tokens;

public sealed class SigningKeyEndpointTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task With_a_shared_secret_there_is_nothing_to_publish_and_nothing_to_rotate()
    {
        await using var server = await LiveServer.StartAsync();
        Assert.Equal("""{"keys":[]}""", (await server.Anonymous().GetAsync("/.well-known/jwks.json")).GetRawText());
        var admin = await server.SignUpAsync("admin");
        Assert.Equal((409, "nothing_to_rotate"), await admin.TryAsync(HttpMethod.Post, "admin/signing-keys/rotate"));
    }

    [Theory]
    [InlineData("ES256", "kty crv x y use alg kid")]
    [InlineData("RS256", "kty n e use alg kid")]
    [InlineData("PS256", "kty n e use alg kid")]
    public async Task Whoever_has_the_published_keys_can_verify(string algorithm, string members)
    {
        await using var server = await StartAsync(algorithm);
        using var answer = await server.Anonymous().Http.GetAsync("/.well-known/jwks.json", Cancel);
        Assert.Equal("public, max-age=300", answer.Headers.CacheControl?.ToString());
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var key = Assert.Single((await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("keys").EnumerateArray());
        Assert.Equal(members.Split(' ').Order(), key.EnumerateObject().Select(member => member.Name).Order());

        var token = server.Services.GetRequiredService<AccessTokens>().Mint(new AccessClaims(
            Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), "user", [], DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddHours(1))).Reveal();
        Assert.Equal(key.GetProperty("kid").GetString(), JsonElement.Parse(Forged.HeaderOf(token)).GetProperty("kid").GetString());
        Assert.True(Verifies(key, token));
    }

    [Fact]
    public async Task An_administrator_rotates_and_the_audit_knows()
    {
        await using var server = await StartAsync("ES256");
        var admin = await server.SignUpAsync("admin");
        var made = await admin.PostAsync("admin/signing-keys/rotate", new { });
        Assert.Equal(2, (await admin.GetAsync("/.well-known/jwks.json")).GetProperty("keys").GetArrayLength());
        Assert.Equal((409, "rotation_pending"), await admin.TryAsync(HttpMethod.Post, "admin/signing-keys/rotate"));

        var replaced = await admin.PostAsync("admin/signing-keys/rotate", new { compromised = true });
        var left = Assert.Single((await server.Anonymous().GetAsync("/.well-known/jwks.json")).GetProperty("keys").EnumerateArray());
        Assert.Equal(replaced.GetProperty("key_id").GetString(), left.GetProperty("kid").GetString());

        // The administrator's own token was of the compromised key, too.
        Assert.Equal((401, "token_invalid"), await admin.TryAsync(HttpMethod.Get, "auth/me"));
        admin = await server.SignUpAsync("admin");
        var events = (await admin.GetAsync("admin/audit?name=signing_key_rotated")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(
            [replaced.GetProperty("key_id").GetString(), made.GetProperty("key_id").GetString()],
            events.Select(e => e.GetProperty("resource_id").GetString()));
    }

    [Fact]
    public async Task Cannot_rotate_without_the_permission_or_with_a_strange_body()
    {
        await using var server = await StartAsync("ES256");
        var user = await server.SignUpAsync();
        Assert.Equal((403, "permission_denied"), await user.TryAsync(HttpMethod.Post, "admin/signing-keys/rotate"));
        var admin = await server.SignUpAsync("admin");
        Assert.Equal((400, "malformed_body"), await admin.TryAsync(HttpMethod.Post, "admin/signing-keys/rotate", new { algorithm = "none" }));
        Assert.Equal((400, "malformed_body"), await admin.TryAsync(HttpMethod.Post, "admin/signing-keys/rotate", new { compromised = "yes" }));
    }

    private static Task<LiveServer> StartAsync(string algorithm) => LiveServer.StartAsync(config: $"jwt:\n  algorithm: {algorithm}\n");

    // Written against the standards alone, with nothing of the server's.
    private static bool Verifies(JsonElement key, string token)
    {
        var input = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
        var signature = Base64Url.DecodeFromChars(token.AsSpan(token.LastIndexOf('.') + 1));
        if (key.GetProperty("kty").GetString() == "EC")
        {
            using var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = Number(key, "x"), Y = Number(key, "y") },
            });
            return ecdsa.VerifyData(input, signature, HashAlgorithmName.SHA256);
        }

        using var rsa = RSA.Create(new RSAParameters { Modulus = Number(key, "n"), Exponent = Number(key, "e") });
        var padding = key.GetProperty("alg").GetString() == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return rsa.VerifyData(input, signature, HashAlgorithmName.SHA256, padding);
    }

    private static byte[] Number(JsonElement key, string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());
}
