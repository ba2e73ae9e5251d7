using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Coordination.Redis;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Ground.Coordination.Redis;

/// <summary>What an exchange costs Redis, and what it leaves there.</summary>
public sealed class RoundTripTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly FakeClock clock = new();

    [Fact]
    public async Task An_exchange_with_one_shard_is_one_command_and_with_three_is_three()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis);
        Question[] request = [new TouchRecord("u", "a"), new IsMarked("u", "m"), new ReadFact("u", "f")];
        await store.ExchangeAsync([Ask.Opening("u", "a", clock.UtcNow)], Cancel);
        await redis.CommandAsync("CONFIG", "RESETSTAT");
        for (var i = 0; i < 100; i++)
            await store.ExchangeAsync(request, Cancel);
        Assert.Equal(100, (await redis.CallsAsync()).GetValueOrDefault("evalsha"));
        Assert.DoesNotContain((await redis.CallsAsync()).Keys, command => command is "eval" or "script|load" or "set");

        await store.ExchangeAsync([.. request, new IsMarked("v", "m"), new IsMarked("w", "m")], Cancel);
        Assert.Equal(103, (await redis.CallsAsync())["evalsha"]);
    }

    [Fact]
    public async Task A_touch_is_written_once_a_second_at_most()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis);
        await store.ExchangeAsync([Ask.Opening("u", "a", clock.UtcNow)], Cancel);
        await redis.CommandAsync("CONFIG", "RESETSTAT");
        for (var i = 0; i < 30; i++)
        {
            await store.ExchangeAsync([new TouchRecord("u", "a")], Cancel);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(2, (await redis.CallsAsync()).GetValueOrDefault("hset"));
    }

    [Fact]
    public async Task Flushed_scripts_come_back_by_themselves()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis);
        for (var i = 0; i < 3; i++)
        {
            var claim = new Claim("u", $"n{i}") { Until = clock.UtcNow + Ask.Hour };
            await store.ExchangeAsync([claim], Cancel);
            Assert.True(claim.Granted);
            await redis.CommandAsync("SCRIPT", "FLUSH");
        }
    }

    [Fact]
    public async Task Everything_in_Redis_clears_itself_and_not_before_its_time()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis);
        await store.ExchangeAsync(
        [
            Ask.Opening("u", "a", clock.UtcNow), Ask.Opening("u", "b", clock.UtcNow), Ask.Ending("u", "b", TimeSpan.FromMinutes(10)),
            Ask.Opening("u", "c", clock.UtcNow, set: "api", ends: 168 * Ask.Hour), new ReplaceRecord("u", "a") { ExpectedVersion = 1, Data = "x", EndsAt = clock.UtcNow + 2 * Ask.Hour },
            new SetMark("u", "m") { Until = clock.UtcNow + Ask.Hour }, new Claim("u", "n") { Until = clock.UtcNow + Ask.Hour },
            new PutFact("u", "f") { Version = 1, Data = "x", Until = clock.UtcNow + Ask.Hour }, new FenceFact("u", "g") { Least = 1, Until = clock.UtcNow + Ask.Hour },
        ], Cancel);

        var minutes = new Dictionary<string, double>();
        foreach (var key in (await redis.CommandAsync("KEYS", "aicli:{u}:*")).Split('\n'))
            minutes[key] = double.Parse(await redis.CommandAsync("PTTL", key)) / 60_000;
        AssertAbout(120, "r:a", "s:sessions");
        AssertAbout(10, "r:b");
        AssertAbout(168 * 60, "r:c", "s:api");
        AssertAbout(60, "m:m", "c:n", "f:f", "g:g");
        Assert.Empty(minutes);

        void AssertAbout(double expected, params string[] keys)
        {
            foreach (var key in keys)
            {
                Assert.True(minutes.Remove("aicli:{u}:" + key, out var left), key);
                Assert.InRange(left, expected, expected + 1);
            }
        }
    }

    [Fact]
    public async Task Counting_is_one_command_more_in_the_same_round_trip_and_nothing_for_what_is_refused()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis);
        Window all = new("all", 3, Ask.Hour), exact = new("exact", 100, Ask.Hour, WindowKind.Exact);
        await store.ExchangeAsync([new TouchRecord("u", "a"), new CountInWindows("limits", all)], Cancel);
        await redis.CommandAsync("CONFIG", "RESETSTAT");
        for (var i = 0; i < 50; i++)
            await store.ExchangeAsync([new TouchRecord("u", "a"), new CountInWindows("limits", all, exact with { Key = $"of-{i}" })], Cancel);
        var calls = await redis.CallsAsync();
        Assert.Equal((100, 50, 2, 2), (calls["evalsha"], calls["time"], calls["set"], calls["rpush"]));
        Assert.Equal(3, (await redis.CommandAsync("KEYS", "aicli:{limits}:*")).Split('\n').Length);
        foreach (var (key, hours) in new[] { ("n:all", 2), ("x:of-0", 1), ("x:of-1", 1) })
            Assert.InRange(double.Parse(await redis.CommandAsync("PTTL", $"aicli:{{limits}}:{key}")) / 3_600_000, hours - 1.01, hours);
    }

    [Fact]
    public async Task Two_nodes_see_each_others_changes_and_notices()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var one = await ConnectAsync(redis);
        await using var two = await ConnectAsync(redis);
        var heard = new TaskCompletionSource<string>();
        using var receiver = two.Subscribe("blocks", text => heard.TrySetResult(text));
        await one.ExchangeAsync([Ask.Opening("u", "a", clock.UtcNow), new SetMark("u", "m") { Until = clock.UtcNow + Ask.Hour }], Cancel);
        await one.PublishAsync("blocks", "changed", Cancel);

        var (touch, mark) = (new TouchRecord("u", "a"), new IsMarked("u", "m"));
        await two.ExchangeAsync([touch, mark], Cancel);
        Assert.NotNull(touch.Answer);
        Assert.True(mark.Answer);
        Assert.Equal("changed", await heard.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
    }

    [Fact]
    public async Task Keys_lie_in_the_database_that_was_named()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(redis, redis.Options with { Database = 3 });
        await store.ExchangeAsync([new SetMark("u", "m") { Until = clock.UtcNow + Ask.Hour }], Cancel);
        Assert.Equal("aicli:{u}:m:m", await redis.CommandAsync("-n", "3", "KEYS", "*:m:*"));
    }

    private async Task<RedisCoordination> ConnectAsync(RedisServer redis, RedisOptions? options = null)
    {
        var store = new RedisCoordination((options ?? redis.Options) with { Bound = TimeSpan.FromSeconds(20) }, clock, NullLogger<RedisCoordination>.Instance);
        await store.StartAsync(Cancel);
        return store;
    }
}
