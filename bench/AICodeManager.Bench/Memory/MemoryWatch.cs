namespace AICodeManager.Bench.Memory;

/// <summary>Asks twice a second how much memory all sandboxes of a server use, and keeps the most.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly CancellationTokenSource stop = new();
    private readonly Task watching;
    private long peak;

    /// <param name="bytes">Sum over all sandboxes at this moment, page cache that can be given up left out.</param>
    public MemoryWatch(Func<CancellationToken, Task<long>> bytes) => watching = RunAsync(bytes);

    public long PeakBytes => Interlocked.Read(ref peak);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching;
        stop.Dispose();
    }

    private async Task RunAsync(Func<CancellationToken, Task<long>> bytes)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
                Interlocked.Exchange(ref peak, Math.Max(peak, await bytes(stop.Token)));
        }
        catch (OperationCanceledException)
        {
            // The level is over.
        }
    }
}
