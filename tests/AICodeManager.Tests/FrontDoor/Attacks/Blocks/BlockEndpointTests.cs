using System.Text.Json;
using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.FrontDoor.Attacks.Blocks;

/// <summary>What administrators do about blocks.</summary>
public sealed class BlockEndpointTests(PostgresServer postgres)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases.Kinds), MemberType = typeof(Databases))]
    public async Task Can_be_made_listed_commented_and_lifted(string kind)
    {
        await using var server = await StartAsync(kind);
        using var admin = await BlockNodesTests.AdminAsync(server);
        var made = (await admin.PostAsync("admin/blocks", new { network = "203.0.113.7/24", duration_seconds = 60, comment = "scans" })).Json;
        Assert.Equal(("203.0.113.0/24", "all", "manual", "scans", true), Facts(made));
        var signIn = (await admin.PostAsync("admin/blocks", new { network = "2001:db8:1:2::9", scope = "sign_in" })).Json;
        Assert.Equal(("2001:db8:1:2::/64", "sign_in", "manual", null, true), Facts(signIn));

        var id = made.GetProperty("id").GetString();
        var commented = await admin.SendAsync(HttpMethod.Put, $"admin/blocks/{id}", new { comment = "their administrator was told" });
        Assert.Equal("their administrator was told", commented.Json.GetProperty("comment").GetString());
        Assert.Equal((204, null), (await admin.SendAsync(HttpMethod.Delete, $"admin/blocks/{id}")).Outcome);
        Assert.Equal((204, null), (await admin.SendAsync(HttpMethod.Delete, $"admin/blocks/{id}")).Outcome);

        Assert.Equal(2, await CountAsync(admin, ""));
        Assert.Equal(1, await CountAsync(admin, "?active=true"));
        Assert.Equal(1, await CountAsync(admin, "?active=false&network=203.0.113.0/24&reason=manual&scope=all"));
        var lifted = (await admin.GetAsync("admin/blocks?active=false")).Json.GetProperty("items")[0];
        Assert.NotEqual(JsonValueKind.Null, lifted.GetProperty("lifted_by").ValueKind);
        Assert.Equal(
            ["block_commented", "client_blocked", "client_blocked", "client_unblocked"],
            await server.Database.ReadAsync(r => r.QueryAsync<string>("SELECT name FROM audit_events WHERE resource_type = 'block' ORDER BY name"), Cancel));
    }

    [Fact]
    public async Task Lifting_the_longer_of_two_blocks_leaves_the_shorter_in_force()
    {
        await using var server = await StartAsync("sqlite");
        using var admin = await BlockNodesTests.AdminAsync(server);
        await admin.PostAsync("admin/blocks", new { network = "203.0.113.7", duration_seconds = 600 });
        var longer = (await admin.PostAsync("admin/blocks", new { network = "203.0.113.7", duration_seconds = 6000 })).Json;
        await admin.SendAsync(HttpMethod.Delete, $"admin/blocks/{longer.GetProperty("id").GetString()}");
        Assert.Equal(1, await CountAsync(admin, "?active=true"));
        using var client = new Visitor(server, "203.0.113.7");
        await Poll.UntilAsync(async () => (await client.GetAsync("/readyz")).Outcome == (403, "blocked"));
    }

    [Fact]
    public async Task Pages_follow_each_other()
    {
        await using var server = await StartAsync("sqlite");
        using var admin = await BlockNodesTests.AdminAsync(server);
        for (var i = 1; i <= 3; i++)
        {
            await admin.PostAsync("admin/blocks", new { network = $"203.0.113.{i}" });
        }

        var first = (await admin.GetAsync("admin/blocks?limit=2")).Json;
        Assert.Equal(["203.0.113.3", "203.0.113.2"], first.GetProperty("items").EnumerateArray().Select(b => b.GetProperty("network").GetString()));
        var rest = (await admin.GetAsync($"admin/blocks?limit=2&cursor={first.GetProperty("next").GetString()}")).Json;
        Assert.Equal("203.0.113.1", Assert.Single(rest.GetProperty("items").EnumerateArray().ToList()).GetProperty("network").GetString());
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("next").ValueKind);
    }

    [Fact]
    public async Task Cannot_shut_oneself_out_without_saying_so()
    {
        await using var server = await StartAsync("sqlite");
        using var admin = await BlockNodesTests.AdminAsync(server);
        Assert.Equal((409, "own_network"), (await admin.PostAsync("admin/blocks", new { network = "192.0.2.0/24" })).Outcome);
        Assert.Equal((201, null), (await admin.PostAsync("admin/blocks", new { network = "192.0.2.0/24", force = true })).Outcome);
        Assert.Equal((403, "blocked"), (await admin.GetAsync("admin/blocks")).Outcome);
    }

    [Fact]
    public async Task Cannot_be_made_of_anything_or_twice()
    {
        await using var server = await StartAsync("sqlite");
        using var admin = await BlockNodesTests.AdminAsync(server);
        object[] wrong =
        [
            new { network = "everybody" }, new { network = "0.0.0.0/0" }, new { network = "203.0.113.7", scope = "some" },
            new { network = "203.0.113.7", duration_seconds = 0 }, new { network = "203.0.113.7", duration_seconds = 400L * 86_400 },
            new { network = "203.0.113.7", comment = "a\u0000b" }, new { network = "203.0.113.7", comment = new string('x', 501) },
        ];
        foreach (var body in wrong)
        {
            Assert.Equal((400, "invalid_input"), (await admin.PostAsync("admin/blocks", body)).Outcome);
        }

        Assert.Equal((400, "invalid_input"), (await admin.GetAsync("admin/blocks?network=x&scope=y&reason=z")).Outcome);
        Assert.Equal((404, "not_found"), (await admin.SendAsync(HttpMethod.Delete, $"admin/blocks/{Guid.NewGuid()}")).Outcome);
        Assert.Equal((404, "not_found"), (await admin.SendAsync(HttpMethod.Put, $"admin/blocks/{Guid.NewGuid()}", new { comment = "x" })).Outcome);
        await admin.PostAsync("admin/blocks", new { network = "203.0.113.7" });
        Assert.Equal((409, "already_blocked"), (await admin.PostAsync("admin/blocks", new { network = "203.0.113.7", duration_seconds = 60 })).Outcome);
    }

    [Fact]
    public async Task Networks_of_the_allow_list_are_never_blocked()
    {
        await using var server = await StartAsync("sqlite", """
            monitoring:
              attack_detection:
                allowed_networks: ["203.0.113.0/28", "2001:db8::/32"]
            """);
        using var admin = await BlockNodesTests.AdminAsync(server);
        await admin.PostAsync("admin/blocks", new { network = "203.0.113.0/24" });
        using var monitor = new Visitor(server, "203.0.113.5");
        Assert.Equal((401, "authentication_required"), (await monitor.GetAsync("auth/me")).Outcome);
        monitor.Address = "203.0.113.77";
        Assert.Equal((403, "blocked"), (await monitor.GetAsync("auth/me")).Outcome);
    }

    private async Task<LiveServer> StartAsync(string kind, string? config = null)
    {
        var environment = new Dictionary<string, string>();
        if (kind == "postgresql")
        {
            environment["DATABASE_URL"] = (await postgres.NewDatabaseAsync()).Reveal();
        }

        return await LiveServer.StartAsync(environment, config, Visitor.Addresses);
    }

    private static (string?, string?, string?, string?, bool) Facts(JsonElement block) => (
        block.GetProperty("network").GetString(), block.GetProperty("scope").GetString(), block.GetProperty("reason").GetString(),
        block.GetProperty("comment").GetString(), block.GetProperty("active").GetBoolean());

    private static async Task<int> CountAsync(Visitor admin, string query) =>
        (await admin.GetAsync($"admin/blocks{query}")).Json.GetProperty("items").GetArrayLength();
}
