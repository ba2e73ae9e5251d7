using System.Collections.Concurrent;

namespace AICodeManager.Server.FrontDoor.ClientKeys;

/// <summary>
/// Gathers when keys were used last, so that a signed request costs no write. It is written every 15 seconds and when
/// the server ends; a crash forgets what came after, which nothing depends on.
/// </summary>
public sealed partial class KeyUses(ClientKeyStore store, TimeProvider time, ILogger<KeyUses> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15), Patience = TimeSpan.FromSeconds(35);

    private ConcurrentDictionary<Guid, DateTimeOffset> uses = new();

    /// <summary>A key signed a request that was accepted.</summary>
    public void Note(Guid keyId) => uses[keyId] = time.GetUtcNow();

    /// <summary>When this node saw the key last, where that is not written yet.</summary>
    public DateTimeOffset? Unwritten(Guid keyId) => uses.TryGetValue(keyId, out var at) ? at : null;

    internal async Task FlushAsync(CancellationToken cancel)
    {
        if (uses.IsEmpty)
        {
            return;
        }

        // Whoever notes into the old one while it is being written is at most lost to the display.
        var taken = Interlocked.Exchange(ref uses, new());
        foreach (var some in taken.Chunk(200))
        {
            await store.TouchAsync(some, cancel);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryFlushAsync(stoppingToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var bound = new CancellationTokenSource(Patience);
        await TryFlushAsync(bound.Token);
    }

    private async Task TryFlushAsync(CancellationToken cancel)
    {
        try
        {
            await FlushAsync(cancel);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogFault(log, fault);
        }
    }

    [LoggerMessage(LogLevel.Warning, "When keys were used last could not be written")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
