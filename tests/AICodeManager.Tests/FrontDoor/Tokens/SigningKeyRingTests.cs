using AICodeManager.Server.FrontDoor.Tokens;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Tokens;

/// <summary>Several nodes on one database; the keys' lives told on one clock.</summary>
public sealed class SigningKeyRingTests(PostgresServer postgres) : IDisposable
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly TempFolder folder = new();
    private readonly FakeClock clock = new();

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Nodes_that_start_at_once_share_one_key(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        var nodes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => NodeAsync(database))));
        Assert.Single(nodes.Select(node => Assert.Single(node.Ring.Published).Kid).Distinct());
        Assert.All(nodes, node => Assert.NotNull(node.Tokens.Read(nodes[0].Mint()).Token));
        Assert.Equal(1, await CountAsync(database, "SELECT COUNT(*) FROM audit_events WHERE name = 'signing_key_created'"));
        await EndAsync(nodes);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_planned_successor_is_published_then_signs_and_the_old_key_verifies_to_the_end(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await using var here = await NodeAsync(database);
        await using var there = await NodeAsync(database);
        var before = KidOf(here.Mint());
        clock.Advance(TimeSpan.FromDays(1));
        var made = await here.Ring.RotateAsync(compromised: false, RequestOrigin.System, Cancel);
        await there.Ring.RefreshAsync(Cancel);

        Assert.Equal([before, made!.Id], there.Ring.Published.Select(key => key.Kid));
        Assert.Equal([before, before], [KidOf(here.Mint()), KidOf(there.Mint())]);
        clock.Advance(SigningKeyStore.PublishedBefore);
        var last = here.Mint();
        Assert.Equal([made.Id, made.Id], [KidOf(last), KidOf(there.Mint())]);
        Assert.NotNull(there.Tokens.Read(last).Token);

        clock.Advance(TimeSpan.FromHours(24));
        await there.Ring.RefreshAsync(Cancel);
        Assert.Contains(there.Ring.Published, key => key.Kid == before);
        clock.Advance(TimeSpan.FromMinutes(1));
        await there.Ring.RefreshAsync(Cancel);
        Assert.Equal([made.Id], there.Ring.Published.Select(key => key.Kid));
    }

    [Fact]
    public async Task A_token_of_the_old_key_ends_when_the_key_does()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var node = await NodeAsync(database);
        var token = node.Tokens.Mint(node.Claims() with { ExpiresAt = clock.UtcNow.AddDays(300) }).Reveal();
        await node.Ring.RotateAsync(compromised: false, RequestOrigin.System, Cancel);
        clock.Advance(SigningKeyStore.PublishedBefore + TimeSpan.FromHours(24));
        await node.Ring.RefreshAsync(Cancel);
        Assert.NotNull(node.Tokens.Read(token).Token);
        clock.Advance(TimeSpan.FromMinutes(1));
        await node.Ring.RefreshAsync(Cancel);
        Assert.Equal(TokenFault.Invalid, node.Tokens.Read(token).Fault);
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Of_rotations_at_once_one_counts(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await using var node = await NodeAsync(database);
        var made = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => node.Store.RotateAsync("ES256", compromised: false, RequestOrigin.System, Cancel))));
        Assert.Single(made, key => key is not null);
        Assert.Equal(2, await CountAsync(database, "SELECT COUNT(*) FROM signing_keys"));

        Assert.Null(await node.Ring.RotateAsync(compromised: false, RequestOrigin.System, Cancel));
        clock.Advance(SigningKeyStore.PublishedBefore);
        Assert.NotNull(await node.Ring.RotateAsync(compromised: false, RequestOrigin.System, Cancel));
        Assert.Equal(3, await CountAsync(database, "SELECT COUNT(*) FROM signing_keys"));
    }

    [Theory, MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task A_compromised_key_ends_at_once_here_and_where_the_new_one_is_seen(string kind)
    {
        await using var database = await Databases.NewAsync(kind, postgres, folder);
        await using var here = await NodeAsync(database);
        await using var there = await NodeAsync(database);
        var old = here.Mint();
        await here.Ring.RotateAsync(compromised: true, RequestOrigin.System, Cancel);

        Assert.Equal(TokenFault.Invalid, here.Tokens.Read(old).Fault);
        Assert.Null(there.Tokens.Read(here.Mint()).Token);
        Assert.NotNull((await there.Tokens.ReadAsync(here.Mint().AsMemory(), Cancel)).Token);
        Assert.Equal(TokenFault.Invalid, there.Tokens.Read(old).Fault);
    }

    [Fact]
    public async Task Unknown_keys_cause_one_look_at_the_database_in_five_seconds()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var here = await NodeAsync(database);
        await using var there = await NodeAsync(database);
        var parts = here.Mint().Split('.');
        var flood = Enumerable.Range(0, 200).Select(i =>
            $"{Forged.Part($$"""{"alg":"ES256","typ":"at+jwt","kid":"{{i}}"}""")}.{parts[1]}.{parts[2]}").ToList();
        await Task.WhenAll(flood.Select(token => Task.Run(async () => Assert.Null((await there.Tokens.ReadAsync(token.AsMemory(), Cancel)).Token))));

        await here.Ring.RotateAsync(compromised: true, RequestOrigin.System, Cancel);
        Assert.Null((await there.Tokens.ReadAsync(here.Mint().AsMemory(), Cancel)).Token);
        clock.Advance(SigningKeyRing.LookAgainAfter);
        Assert.NotNull((await there.Tokens.ReadAsync(here.Mint().AsMemory(), Cancel)).Token);
    }

    [Fact]
    public async Task Known_keys_are_used_on_while_the_database_is_away()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var node = await NodeAsync(database);
        var token = node.Mint();
        await database.WriteAsync(t => t.ExecuteAsync("ALTER TABLE signing_keys RENAME TO away"), Cancel);
        var unknown = token.Replace(token.Split('.')[0], Forged.Part("""{"alg":"ES256","typ":"at+jwt","kid":"other"}"""), StringComparison.Ordinal);
        Assert.Equal(TokenFault.Invalid, (await node.Tokens.ReadAsync(unknown.AsMemory(), Cancel)).Fault);
        Assert.NotNull((await node.Tokens.ReadAsync(token.AsMemory(), Cancel)).Token);
    }

    [Fact]
    public async Task Whoever_writes_to_the_table_alone_can_add_no_key()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        using var elsewhere = new TempFolder();
        await using var theirs = Database.Sqlite(elsewhere.File("e.db"));
        await Migrator.ApplyAsync(theirs, TimeProvider.System, Cancel);
        await using var node = await NodeAsync(database);
        await using var stranger = await NodeAsync(theirs);
        var key = Assert.Single(await stranger.Store.LoadAsync("ES256", Cancel));
        var sealedHere = Assert.Single(await node.Store.LoadAsync("ES256", Cancel)).PrivateKey;
        var token = stranger.Mint();

        // A row of his own with a seal that is ours but another row's, then our row with his public key.
        await database.WriteAsync(t => t.ExecuteAsync(
            """
            INSERT INTO signing_keys (id, algorithm, public_jwk, private_key, created_at, signs_from, retired_at)
            VALUES (@Id, @Algorithm, @PublicJwk, @sealedHere, @CreatedAt, @SignsFrom, @CreatedAt)
            """, new { key.Id, key.Algorithm, key.PublicJwk, sealedHere, key.CreatedAt, key.SignsFrom }), Cancel);
        await node.Ring.RefreshAsync(Cancel);
        Assert.Null(node.Tokens.Read(token).Token);

        await database.WriteAsync(t => t.ExecuteAsync("DELETE FROM signing_keys WHERE id = @Id", key), Cancel);
        await database.WriteAsync(t => t.ExecuteAsync("UPDATE signing_keys SET public_jwk = @PublicJwk", key), Cancel);
        await node.Ring.RefreshAsync(Cancel);
        Assert.Null(node.Tokens.Read(token).Token);
        Assert.Empty(node.Ring.Published);

        // The same under our row's name: it is not the thumbprint of his key.
        var named = key.PublicJwk.Replace(key.Id, Assert.Single(await node.Store.LoadAsync("ES256", Cancel)).Id, StringComparison.Ordinal);
        await database.WriteAsync(t => t.ExecuteAsync("UPDATE signing_keys SET public_jwk = @named", new { named }), Cancel);
        await node.Ring.RefreshAsync(Cancel);
        Assert.Empty(node.Ring.Published);
    }

    [Fact]
    public async Task Cannot_start_where_no_key_opens()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await (await NodeAsync(database)).DisposeAsync();
        await database.WriteAsync(t => t.ExecuteAsync("UPDATE signing_keys SET private_key = 'v1.AAAA'"), Cancel);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => NodeAsync(database));
        Assert.Contains("database.encryption.key", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_private_half_cannot_be_read_from_the_database()
    {
        await using var database = await Databases.NewAsync("sqlite", postgres, folder);
        await using var node = await NodeAsync(database);
        var row = Assert.Single(await node.Store.LoadAsync("ES256", Cancel));
        Assert.StartsWith("v2.1.", row.PrivateKey, StringComparison.Ordinal);
        Assert.DoesNotContain("\"d\"", row.PublicJwk, StringComparison.Ordinal);
        Assert.NotNull(node.Store.OpenPrivateKey(row));
        Assert.Null(node.Store.OpenPrivateKey(row with { Id = "another" }));
    }

    public void Dispose() => folder.Dispose();

    private Task<TokenNode> NodeAsync(Database database) => TokenNode.StartAsync(database, "ES256", clock);

    private static Task<long> CountAsync(Database database, string sql) => database.ReadAsync(r => r.ScalarAsync<long>(sql), Cancel);

    private static string KidOf(string token) =>
        System.Text.Json.JsonElement.Parse(Forged.HeaderOf(token)).GetProperty("kid").GetString()!;

    private static async Task EndAsync(IEnumerable<TokenNode> nodes)
    {
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }
}
