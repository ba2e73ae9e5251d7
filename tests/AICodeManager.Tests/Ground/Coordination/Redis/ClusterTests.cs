using AICodeManager.Server.Ground.Coordination;
using AICodeManager.Server.Ground.Coordination.Questions;
using AICodeManager.Server.Ground.Coordination.Redis;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;

namespace AICodeManager.Tests.Ground.Coordination.Redis;

/// <summary>Three nodes that share the slots: every question works on each of them, and one that fails takes only its own away.</summary>
public sealed class ClusterTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;
    private readonly FakeClock clock = new();

    [Fact]
    public async Task A_cluster_serves_every_question_on_each_node_and_carries_notices()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var one = await ConnectAsync(cluster.Nodes[0]);
        await using var two = await ConnectAsync(cluster.Nodes[1]);
        string[] shards = [.. Enumerable.Range(0, 30).Select(i => $"user-{i}")];
        Assert.Equal(3, (await Task.WhenAll(shards.Select(cluster.NodeOfAsync))).Distinct().Count());

        foreach (var shard in shards)
            await EverythingAsync(one, two, shard);
        Claim[] claims = [.. shards.Select(s => new Claim(s, "together") { Until = clock.UtcNow + Ask.Hour })];
        await one.ExchangeAsync(claims, Cancel);
        Assert.All(claims, c => Assert.True(c.Granted));

        var heard = new TaskCompletionSource<string>();
        using var receiver = two.Subscribe("blocks", text => heard.TrySetResult(text));
        await one.PublishAsync("blocks", "changed", Cancel);
        Assert.Equal("changed", await heard.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel));
    }

    [Fact]
    public async Task A_frozen_node_takes_only_its_own_shards_away()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var store = await ConnectAsync(cluster.Nodes[0], TimeSpan.FromMilliseconds(500));
        var first = await ShardOnAsync(cluster, 0);
        var last = await ShardOnAsync(cluster, 2);
        await MarkAsync(store, last);
        await cluster.Nodes[2].FreezeAsync();
        await Assert.ThrowsAsync<CoordinationUnavailableException>(() => MarkAsync(store, last));

        for (var i = 0; i < 20; i++)
            await ServesAsync(store, first);
        Assert.False(await store.PingAsync(Cancel));
        await cluster.Nodes[2].ThawAsync();
        await ServesAsync(store, last);
    }

    private async Task EverythingAsync(RedisCoordination one, RedisCoordination two, string shard)
    {
        Question[] changes =
        [
            Ask.Opening(shard, "a", clock.UtcNow, limit: 2), Ask.Opening(shard, "b", clock.UtcNow, limit: 2), Ask.Opening(shard, "c", clock.UtcNow, limit: 2),
            new ReplaceRecord(shard, "b") { ExpectedVersion = 1, Data = "new" }, new SetMark(shard, "m") { Until = clock.UtcNow + Ask.Hour },
            new Claim(shard, "n") { Value = shard, Until = clock.UtcNow + Ask.Hour }, new FenceFact(shard, "f") { Least = 2, Until = clock.UtcNow + Ask.Hour },
            new PutFact(shard, "f") { Version = 1, Data = "old", Until = clock.UtcNow + Ask.Hour }, new PutFact(shard, "f") { Version = 2, Data = "new", Until = clock.UtcNow + Ask.Hour },
        ];
        await one.ExchangeAsync(changes, Cancel);

        var (a, b, list, mark) = (new ReadRecord(shard, "a"), new TouchRecord(shard, "b"), new ListSet(shard, "sessions"), new IsMarked(shard, "m"));
        var (take, fact, end) = (new Take(shard, "n"), new ReadFact(shard, "f"), new EndSet(shard, "sessions") { Reason = "all", TombstoneFor = Ask.Hour });
        Window[] windows = [new("n", 1, Ask.Hour), new("x", 1, Ask.Hour, WindowKind.Exact)];
        var (count, full) = (new CountInWindows(shard + "-w", windows), new CountInWindows(shard + "-w", windows));
        await two.ExchangeAsync([a, b, list, mark, take, fact, end, count, new RefundWindows(shard + "-w", windows[0]), full], Cancel);
        Assert.Equal((true, false), (count.Counted, full.Counted));
        Assert.Equal([false, true], full.States.Select(s => s.Refused));
        Assert.Equal("evicted", a.Answer!.Ended);
        Assert.Equal(("new", 2), (b.Answer!.Data, b.Answer.Version));
        Assert.Equal(["b", "c"], list.Answer.Select(r => r.Key));
        Assert.True(mark.Answer);
        Assert.Equal((shard, "new", 2), (take.Answer, fact.Answer, end.Ended.Count));
    }

    private async Task<RedisCoordination> ConnectAsync(RedisServer seed, TimeSpan? bound = null)
    {
        var store = new RedisCoordination(seed.Options with { Bound = bound ?? TimeSpan.FromSeconds(20) }, clock, NullLogger<RedisCoordination>.Instance);
        await store.StartAsync(Cancel);
        return store;
    }

    private Task MarkAsync(RedisCoordination store, string shard) =>
        store.ExchangeAsync([new SetMark(shard, "m") { Until = clock.UtcNow + Ask.Hour }], Cancel).AsTask();

    // A busy machine may let a single exchange miss its bound; the next one is served.
    private Task ServesAsync(RedisCoordination store, string shard) => Poll.UntilAsync(async () =>
    {
        try
        {
            await MarkAsync(store, shard);
            return true;
        }
        catch (CoordinationUnavailableException)
        {
            return false;
        }
    });

    private static async Task<string> ShardOnAsync(RedisCluster cluster, int node)
    {
        for (var i = 0; ; i++)
        {
            if (await cluster.NodeOfAsync($"user-{i}") == node)
                return $"user-{i}";
        }
    }
}
