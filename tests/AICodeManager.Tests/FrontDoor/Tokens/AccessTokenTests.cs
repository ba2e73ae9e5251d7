using System.Text.Json;
using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Tokens;

public sealed class AccessTokenTests : IAsyncLifetime
{
    private readonly TempFolder folder = new();
    private Database database = null!;

    public static TheoryData<string> Algorithms => ["HS256", "RS256", "PS256", "ES256"];

    public async ValueTask InitializeAsync()
    {
        database = Database.Sqlite(folder.File("t.db"));
        await Migrator.ApplyAsync(database, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public async Task What_was_minted_is_read(string algorithm)
    {
        await using var node = await TokenNode.StartAsync(database, algorithm);
        var claims = node.Claims();
        Assert.Equal(
            new AccessToken(claims.UserId, claims.SessionId, claims.TokenId, "user", claims.IssuedAt, claims.ExpiresAt),
            node.Tokens.Read(node.Tokens.Mint(claims).Reveal()).Token);
    }

    [Theory, MemberData(nameof(Algorithms))]
    public async Task A_token_says_what_the_standards_ask(string algorithm)
    {
        await using var node = await TokenNode.StartAsync(database, algorithm);
        var token = node.Mint();
        var header = JsonElement.Parse(Forged.HeaderOf(token));
        Assert.Equal(["alg", "typ", "kid"], header.EnumerateObject().Select(member => member.Name));
        Assert.Equal((algorithm, "at+jwt"), (header.GetProperty("alg").GetString(), header.GetProperty("typ").GetString()));
        Assert.Equal(
            """{"iss":"aicli-web","aud":"aicli-users","sub":"018f3a1e-1111-7000-8000-000000000001","sid":"018f3a1e-2222-7000-8000-000000000002","jti":"018f3a1e-3333-7000-8000-000000000003","role":"user","iat":1793696400,"nbf":1793696400,"exp":1793782800,"permissions":["workspace:create","project:read:own","task:*:own"]}""",
            Forged.PayloadOf(token));
    }

    [Fact]
    public async Task Whoever_has_the_configured_secret_can_verify_and_make_the_same_token()
    {
        await using var node = await TokenNode.StartAsync(database, "HS256");
        var parts = node.Mint().Split('.');
        Assert.Equal(node.Mint(), Forged.Signed(parts[0], parts[1]));
    }

    [Fact]
    public async Task A_token_ends_on_its_second()
    {
        await using var node = await TokenNode.StartAsync(database, "HS256");
        var token = node.Mint();
        node.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.NotNull(node.Tokens.Read(token).Token);
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((null, TokenFault.Expired), Outcome(node, token));
    }

    [Fact]
    public async Task A_token_may_be_five_seconds_early_and_no_more()
    {
        await using var node = await TokenNode.StartAsync(database, "HS256");
        var token = node.Mint();
        node.Clock.Advance(TimeSpan.FromSeconds(-5));
        Assert.NotNull(node.Tokens.Read(token).Token);
        node.Clock.Advance(TimeSpan.FromSeconds(-1));
        Assert.Equal((null, TokenFault.NotYetValid), Outcome(node, token));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public async Task Cannot_use_a_token_of_another_issuer_or_for_another_audience(string algorithm)
    {
        await using var here = await TokenNode.StartAsync(database, algorithm);
        await using var otherIssuer = await TokenNode.StartAsync(database, algorithm, issuer: "aicli-web2");
        await using var otherAudience = await TokenNode.StartAsync(database, algorithm, audience: "aicli-user");
        Assert.Equal((null, TokenFault.Invalid), Outcome(here, otherIssuer.Mint()));
        Assert.Equal((null, TokenFault.Invalid), Outcome(here, otherAudience.Mint()));
    }

    [Fact]
    public async Task Cannot_use_a_token_of_an_algorithm_that_is_not_configured_any_more()
    {
        List<TokenNode> nodes = [];
        foreach (var algorithm in new[] { "HS256", "RS256", "PS256", "ES256" })
        {
            nodes.Add(await TokenNode.StartAsync(database, algorithm));
        }

        foreach (var (maker, reader) in nodes.SelectMany(maker => nodes.Select(reader => (maker, reader))))
        {
            var reading = await reader.Tokens.ReadAsync(maker.Mint().AsMemory(), TestContext.Current.CancellationToken);
            Assert.Equal(ReferenceEquals(maker, reader), reading.Token is not null);
        }

        nodes.ForEach(node => node.Ring.Dispose());
    }

    [Fact]
    public async Task Cannot_use_a_token_under_an_earlier_secret()
    {
        await using var now = await TokenNode.StartAsync(database, "HS256");
        await using var before = await TokenNode.StartAsync(database, "HS256", secret: "an earlier secret of more than 32 characters");
        Assert.Equal((null, TokenFault.Invalid), Outcome(now, before.Mint()));
    }

    [Fact]
    public async Task Names_of_any_script_survive()
    {
        await using var node = await TokenNode.StartAsync(database, "HS256", issuer: "관리자 \"A\"", audience: "사용자/1");
        Assert.NotNull(node.Tokens.Read(node.Mint()).Token);
    }

    [Fact]
    public async Task A_role_that_is_not_configured_is_read_as_it_stands()
    {
        await using var node = await TokenNode.StartAsync(database, "HS256");
        Assert.Equal("auditor", node.Tokens.Read(node.Tokens.Mint(node.Claims("auditor")).Reveal()).Token?.Role);
    }

    [Fact]
    public async Task A_list_of_permissions_that_would_make_the_token_unreadable_is_left_out()
    {
        await using var node = await TokenNode.StartAsync(database, "HS256");
        var claims = node.Claims() with { Permissions = [.. Enumerable.Range(0, 1000).Select(i => $"resource{i}:read")] };
        var token = node.Tokens.Mint(claims).Reveal();
        Assert.DoesNotContain("permissions", Forged.PayloadOf(token), StringComparison.Ordinal);
        Assert.NotNull(node.Tokens.Read(token).Token);
    }

    [Fact]
    public async Task Cannot_mint_a_token_that_nobody_would_read()
    {
        await using var node = await TokenNode.StartAsync(database, "HS256", issuer: new string('관', 1000), audience: new string('사', 1000));
        Assert.Throws<InvalidOperationException>(() => node.Tokens.Mint(node.Claims()));
    }

    [Fact]
    public async Task Cannot_mint_a_token_that_was_never_valid()
    {
        await using var node = await TokenNode.StartAsync(database, "HS256");
        Assert.Throws<ArgumentException>(() => node.Tokens.Mint(node.Claims() with { ExpiresAt = node.Clock.UtcNow }));
    }

    [Fact]
    public void Two_keys_cannot_have_one_id() =>
        Assert.Throws<ArgumentException>(() => new JwsKeySet([new HmacKey("k", new byte[32]), new HmacKey("k", new byte[33])]));

    [Fact]
    public async Task Reading_a_usual_token_allocates_next_to_nothing()
    {
        await using var node = await TokenNode.StartAsync(database, "HS256");
        var token = node.Mint();
        for (var i = 0; i < 100; i++)
        {
            node.Tokens.Read(token);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            node.Tokens.Read(token);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 300);
    }

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        folder.Dispose();
    }

    private static (AccessToken?, TokenFault) Outcome(TokenNode node, string token)
    {
        var reading = node.Tokens.Read(token);
        return (reading.Token, reading.Fault);
    }
}
