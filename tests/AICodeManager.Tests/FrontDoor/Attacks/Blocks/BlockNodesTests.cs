using System.Net;
using AICodeManager.Server.FrontDoor.Attacks.Blocks;
using AICodeManager.Server.Ground.Http;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Attacks.Blocks;

/// <summary>A block that one node makes holds at the other, and so does its end.</summary>
public sealed class BlockNodesTests(PostgresServer postgres, SharedRedis redis)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_block_is_seen_by_the_other_node_and_lifted_there()
    {
        await using var nodes = await TwoNodes.StartAsync(postgres, redis.Server);
        using var admin = await AdminAsync(nodes.A);
        var made = await admin.PostAsync("admin/blocks", new { network = "203.0.113.0/24", comment = "scans" });
        Assert.Equal(HttpStatusCode.Created, made.Status);

        using var stranger = new Visitor(nodes.B, "203.0.113.200");
        await Poll.UntilAsync(async () => (await stranger.GetAsync("/readyz")).Outcome == (403, "blocked"));
        using var neighbour = new Visitor(nodes.B, "203.0.114.1");
        Assert.Equal(HttpStatusCode.Unauthorized, (await neighbour.GetAsync("auth/me")).Status);

        using var there = admin.At(nodes.B);
        var id = made.Json.GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await there.SendAsync(HttpMethod.Delete, $"admin/blocks/{id}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync("auth/me")).Status);
        stranger.Address = "203.0.113.201";
        using var home = new Visitor(nodes.A, "203.0.113.200");
        await Poll.UntilAsync(async () => (await home.GetAsync("auth/me")).Status == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_block_whose_notice_is_lost_is_read_all_the_same()
    {
        await using var nodes = await TwoNodes.StartAsync(postgres, redis.Server);
        var (a, b) = (nodes.A.Services.GetRequiredService<BlockStore>(), nodes.B.Services.GetRequiredService<BlockList>());
        var now = nodes.Clock.UtcNow;
        // Written without any notice, as by a node that ended right after.
        await a.AddAsync(
            new BlockRow
            {
                Id = Guid.CreateVersion7(), Network = "203.0.113.7", Scope = "all", Reason = "manual", CreatedAt = now,
                Until = now + TimeSpan.FromHours(1), ChangedAt = now,
            }, RequestOrigin.System, Cancel);
        await Poll.UntilAsync(() => Task.FromResult(b.IsBlocked(ClientNetwork.Of(IPAddress.Parse("203.0.113.7")), BlockScope.All, out _)));
    }

    /// <summary>An administrator, signed in from an address of their own.</summary>
    internal static async Task<Visitor> AdminAsync(LiveServer server)
    {
        var (email, admin) = ($"{Guid.NewGuid():N}@example.com", new Visitor(server, "192.0.2.1"));
        await admin.PostAsync("auth/register", new { email, password = LiveServer.Password });
        await server.Database.WriteAsync(t => t.ExecuteAsync("UPDATE users SET role = 'admin' WHERE email = @email", new { email }), Cancel);
        await admin.SignInAsync(email, "api");
        return admin;
    }
}
