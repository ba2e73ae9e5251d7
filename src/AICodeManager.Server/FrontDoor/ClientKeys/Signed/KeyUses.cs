using System.Collections.Concurrent;

namespace AICodeManager.Server.FrontDoor.ClientKeys.Signed;

/// <summary>Notes when keys were used, and writes that down now and then: it is for people to read, no request waits for it.</summary>
public sealed partial class KeyUses(ClientKeyStore store, TimeProvider time, ILogger<KeyUses> log) : BackgroundService
{
    private static readonly TimeSpan WriteEvery = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> unwritten = new();

    public void Note(Guid keyId) => unwritten[keyId] = time.GetUtcNow();

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await WriteAsync(cancellationToken);
    }

    /// <summary>Writes what was noted.</summary>
    internal async Task WriteAsync(CancellationToken cancel)
    {
        var uses = unwritten.ToArray();
        if (uses.Length == 0)
        {
            return;
        }

        try
        {
            await store.TouchAsync(uses, cancel);
            foreach (var use in uses)
            {
                // Only what was written: a later use stays noted.
                unwritten.TryRemove(use);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogUnwritten(log, uses.Length, fault);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(WriteEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end of the server.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The last use of {count} keys could not be written; it is tried again")]
    private static partial void LogUnwritten(ILogger logger, int count, Exception fault);
}
