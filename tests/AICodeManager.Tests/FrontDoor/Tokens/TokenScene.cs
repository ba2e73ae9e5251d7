using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.FrontDoor.Tokens;

/// <summary>A node that makes and reads tokens, on a clock that stands still.</summary>
internal sealed class TokenNode : IAsyncDisposable
{
    /// <summary>What every node of a test has as <c>jwt.secret_key</c> unless told otherwise.</summary>
    public const string SecretText = "the secret of these tests, 40 characters";

    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private TokenNode(Settings settings, Database database, FieldVault vault, FakeClock clock)
    {
        Clock = clock;
        Store = new SigningKeyStore(database, vault, AuditWriting.Trail(database, clock), settings, clock);
        Ring = new SigningKeyRing(settings, Store, clock, NullLogger<SigningKeyRing>.Instance);
        Tokens = new AccessTokens(settings, Ring, clock);
    }

    public FakeClock Clock { get; }

    public SigningKeyStore Store { get; }

    public SigningKeyRing Ring { get; }

    public AccessTokens Tokens { get; }

    public static async Task<TokenNode> StartAsync(
        Database database, string algorithm, FakeClock? clock = null, string secret = SecretText, string issuer = "aicli-web", string audience = "aicli-users")
    {
        var vault = await VaultLab.OpenAsync(database);
        var node = new TokenNode(SettingsOf(algorithm, secret, issuer, audience), database, vault.Vault, clock ?? new FakeClock());
        await node.Ring.StartAsync(Cancel);
        return node;
    }

    public static Settings SettingsOf(string algorithm, string secret = SecretText, string issuer = "aicli-web", string audience = "aicli-users")
    {
        using var folder = new TempFolder();
        var settings = ConfigurationLoader.Load(
            new Dictionary<string, string>
            {
                ["AICLI_DATA"] = folder.File("data"),
                ["DB_ENCRYPTION_KEY"] = "the database key of these tests, 45 letters",
            }, folder.Path).Settings;
        return settings with
        {
            Jwt = settings.Jwt with { Algorithm = algorithm, SecretKey = new Secret(secret), Issuer = issuer, Audience = audience },
        };
    }

    public AccessClaims Claims(string role = "user") => new(
        Guid.Parse("018f3a1e-1111-7000-8000-000000000001"),
        Guid.Parse("018f3a1e-2222-7000-8000-000000000002"),
        Guid.Parse("018f3a1e-3333-7000-8000-000000000003"),
        role,
        ["workspace:create", "project:read:own", "task:*:own"],
        Clock.UtcNow,
        Clock.UtcNow.AddHours(24));

    public string Mint() => Tokens.Mint(Claims()).Reveal();

    public async ValueTask DisposeAsync()
    {
        await Ring.StopAsync(CancellationToken.None);
        Ring.Dispose();
    }
}

/// <summary>Tokens that our server never makes, some of them with a signature that holds.</summary>
internal static class Forged
{
    public static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>Signed with the tests' own secret, over whatever header and payload.</summary>
    public static string Signed(string headerText, string payloadText, string secret = TokenNode.SecretText) =>
        SignedWith(Encoding.UTF8.GetBytes(secret), headerText, payloadText);

    public static string SignedWith(byte[] key, string headerText, string payloadText)
    {
        var input = $"{headerText}.{payloadText}";
        return $"{input}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(input)))}";
    }

    public static string HeaderOf(string token) => Decoded(token, 0);

    public static string PayloadOf(string token) => Decoded(token, 1);

    private static string Decoded(string token, int part) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[part]));
}
