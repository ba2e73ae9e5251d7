using System.Collections.Concurrent;
using AICodeManager.Server.Ground.Coordination;

namespace AICodeManager.Server.FrontDoor.Admission.RateLimits;

/// <summary>
/// How many nodes serve this installation: each tells of itself every five seconds by a notice. What a node has not heard
/// for thirty seconds is gone; while nothing is heard at all, not even oneself, the store is away, and those last seen count.
/// </summary>
public sealed class NodesSeen(ICoordination coordination, TimeProvider time) : BackgroundService
{
    private const string Topic = "nodes";
    private const int Most = 1024;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5), Gone = TimeSpan.FromSeconds(30);

    private readonly string own = Guid.NewGuid().ToString("N");
    private readonly ConcurrentDictionary<string, long> heard = new();

    /// <summary>Nodes last seen, this one among them.</summary>
    public int Count
    {
        get
        {
            var count = 1;
            if (!heard.TryGetValue(own, out var now))
                return count;
            foreach (var (node, at) in heard)
                count += node != own && time.GetElapsedTime(at, now) < Gone ? 1 : 0;
            return count;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hearing = coordination.Subscribe(Topic, Hear);
        using var timer = new PeriodicTimer(Every);
        try
        {
            do
            {
                await TellAsync(stoppingToken);
                Forget();
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the server.
        }
    }

    /// <summary>Tells the others of this node, once.</summary>
    internal async Task TellAsync(CancellationToken cancel)
    {
        try
        {
            await coordination.PublishAsync(Topic, own, cancel);
        }
        catch (CoordinationUnavailableException)
        {
            // Nobody hears it now; the next one comes soon.
        }
    }

    private void Hear(string node)
    {
        if (heard.Count < Most || heard.ContainsKey(node))
            heard[node] = time.GetTimestamp();
    }

    private void Forget()
    {
        if (!heard.TryGetValue(own, out var now))
            return;
        foreach (var (node, at) in heard)
        {
            if (time.GetElapsedTime(at, now) >= Gone)
                heard.TryRemove(node, out _);
        }
    }
}
