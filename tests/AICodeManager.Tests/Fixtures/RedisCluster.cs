namespace AICodeManager.Tests.Fixtures;

/// <summary>Three masters that share the slots, on loopback.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private static readonly (int First, int Last)[] Slots = [(0, 5460), (5461, 10922), (10923, 16383)];

    private RedisCluster(RedisServer[] nodes) => Nodes = nodes;

    public RedisServer[] Nodes { get; }

    public static async Task<RedisCluster> StartAsync()
    {
        var nodes = await Task.WhenAll(Slots.Select(_ =>
            RedisServer.StartAsync("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "2000")));
        for (var i = 0; i < nodes.Length; i++)
        {
            await nodes[i].CommandAsync("CLUSTER", "SET-CONFIG-EPOCH", $"{i + 1}");
            await nodes[i].CommandAsync("CLUSTER", "ADDSLOTSRANGE", $"{Slots[i].First}", $"{Slots[i].Last}");
            await nodes[i].CommandAsync("CLUSTER", "MEET", "127.0.0.1", $"{nodes[0].Port}");
        }

        await Poll.UntilAsync(async () =>
        {
            var answers = await Task.WhenAll(nodes.Select(node => node.CommandAsync("CLUSTER", "INFO")));
            return answers.All(a => a.Contains("cluster_state:ok", StringComparison.Ordinal)
                && a.Contains("cluster_slots_ok:16384", StringComparison.Ordinal) && a.Contains("cluster_known_nodes:3", StringComparison.Ordinal));
        });
        return new RedisCluster(nodes);
    }

    /// <summary>The node that a shard lies on, after the cluster's own reckoning.</summary>
    public async Task<int> NodeOfAsync(string shard)
    {
        var slot = int.Parse(await Nodes[0].CommandAsync("CLUSTER", "KEYSLOT", $"{{{shard}}}"));
        return Array.FindIndex(Slots, s => s.First <= slot && slot <= s.Last);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
    }
}
