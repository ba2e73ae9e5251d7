namespace AICodeManager.Server.Keeping.Backups;

/// <summary>What requests began and do not wait for: one at a time on a node. The server's end stops it and waits until it is noted.</summary>
public sealed partial class BackupRuns(ILogger<BackupRuns> log) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Lock beginning = new();
    private Task current = Task.CompletedTask;

    /// <summary>Begins work of its own; false where the last one is still under way.</summary>
    public bool Begin(Func<CancellationToken, Task> work)
    {
        lock (beginning)
        {
            if (!current.IsCompleted || stop.IsCancellationRequested)
            {
                return false;
            }

            current = Task.Run(() => RunAsync(work), CancellationToken.None);
            return true;
        }
    }

    /// <summary>Begins work as soon as what is under way has ended.</summary>
    public void Follow(Func<CancellationToken, Task> work)
    {
        lock (beginning)
        {
            current = current.ContinueWith(_ => RunAsync(work), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        await current.WaitAsync(cancellationToken);
    }

    public void Dispose() => stop.Dispose();

    /// <summary>The end of what is under way, for tests.</summary>
    internal Task Current => current;

    private async Task RunAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(stop.Token);
        }
        catch (Exception fault)
        {
            // Its own faults are noted in its row; this is the database that cannot take the note.
            LogFault(log, fault);
        }
    }

    [LoggerMessage(LogLevel.Error, "What became of a backup could not be noted")]
    private static partial void LogFault(ILogger logger, Exception fault);
}
