using System.Net;
using AICodeManager.Server.FrontDoor.Admission.RateLimits;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.FrontDoor.Admission.RateLimits;

/// <summary>Several nodes count as one, by Redis' clock; without Redis each counts its share (spec A10, C6).</summary>
public sealed class NodeTests(PostgresServer postgres, SharedRedis redis)
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_64_requests_at_once_over_two_nodes_exactly_the_limit_is_served_though_one_clock_is_an_hour_wrong()
    {
        await using var nodes = await TwoNodes.StartAsync(
            postgres, redis.Server, LimitedServer.Config(perIp: 20, window: "10m"), fast: TimeSpan.FromHours(1));
        await using var own = new LimitedServer(nodes.A, nodes.Clock);
        await using var other = new LimitedServer(nodes.B, nodes.Clock);
        var from = Address();
        var all = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? own : other).GetAsync("/api/v1/auth/providers", from)));
        Assert.Equal((20, 44), (all.Count(g => g.Status == 200), all.Count(g => g.Status == 429)));
        Assert.Equal(Enumerable.Range(0, 20), all.Where(g => g.Status == 200).Select(g => g.Remaining).Order());
        // The time that they tell is Redis', too.
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        Assert.All(all, g => Assert.InRange(long.Parse(g["X-RateLimit-Reset"]!), now - 60, now + 1260));

        // An exact window as well: five may try to sign in.
        var line = Address();
        var logins = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => (i % 2 == 0 ? own : other).LoginAsync(from: line)));
        Assert.Equal((5, 19), (logins.Count(g => g.Status == 401), logins.Count(g => g.Status == 429)));
    }

    [Fact]
    public async Task Without_Redis_each_of_two_nodes_serves_half_and_an_eighth_of_the_sign_ins_and_all_is_as_before_when_it_is_back()
    {
        await using var own = await RedisServer.StartAsync();
        await using var nodes = await TwoNodes.StartAsync(
            postgres, own, LimitedServer.Config(perIp: 60, endpoints: "/api/v1/auth/login: {requests: 16, window: 1m}"));
        var presence = new[] { nodes.A, nodes.B }.Select(n => n.Services.GetRequiredService<NodesSeen>()).ToList();
        await Poll.UntilAsync(async () =>
        {
            foreach (var each in presence)
                await each.TellAsync(Cancel);
            return presence.All(p => p.Count == 2);
        });
        var token = await SignedInAsync(nodes);
        await own.KillAsync();

        foreach (var node in new[] { nodes.A, nodes.B })
        {
            await using var limited = new LimitedServer(node, nodes.Clock);
            Assert.Equal(30, await ServedAsync(40, () => limited.GetAsync("/api/v1/auth/providers", "203.0.113.8"), 200));
            // Signing in needs the store and fails without it; whoever guesses is stopped all the same.
            Assert.Equal(38, await ServedAsync(40, () => limited.LoginAsync(from: "203.0.113.9"), 429));
        }

        // Who was signed in goes on reading, and within limits.
        await using var here = new LimitedServer(nodes.A, nodes.Clock);
        Assert.Equal(30, await ServedAsync(40, () => here.GetAsync("/api/v1/auth/me", "203.0.113.10", token), 200));
        Assert.Equal(HttpStatusCode.OK, (HttpStatusCode)(await here.GetAsync("/healthz", "203.0.113.10")).Status);

        await own.RestartAsync();
        await Poll.UntilAsync(async () => (await here.GetAsync("/api/v1/auth/providers", Address()))["X-RateLimit-Limit"] == "60");
        Assert.Equal(60, await ServedAsync(70, () => here.GetAsync("/api/v1/auth/providers", "203.0.113.8"), 200));
    }

    private static async Task<int> ServedAsync(int requests, Func<Task<Got>> ask, int status)
    {
        var count = 0;
        for (var i = 0; i < requests; i++)
            count += (await ask()).Status == status ? 1 : 0;
        return count;
    }

    private static async Task<string> SignedInAsync(TwoNodes nodes)
    {
        using var person = new Visitor(nodes.A, "203.0.113.10", null!);
        await person.SignInAsync(await nodes.RegisterAsync(), "api");
        Assert.Equal(200, (int)(await person.GetAsync("auth/me")).Status);
        return person.Token!;
    }

    // Redis is shared with other tests, and so is its clock: each brings an address of its own.
    private static string Address() => new IPAddress([0x20, 0x01, 0x0d, 0xb8, .. Guid.NewGuid().ToByteArray()[..12]]).ToString();
}
