namespace AICodeManager.Server.FrontDoor.Accounts;

/// <summary>
/// Hashing of passwords in turns, one for each processor, on threads of its own. On the shared ones a burst of sign-ins
/// would keep every other request waiting, and answers of the shared store past their bound: refusals for everybody.
/// </summary>
public sealed class HashingTurns : IDisposable
{
    private readonly SemaphoreSlim turns = new(Environment.ProcessorCount);
    private int waiting;

    /// <summary>Who waits for a turn now.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>Does work that begins with hashing; what it awaits afterwards takes no turn.</summary>
    /// <exception cref="OperationCanceledException">Its turn had not come.</exception>
    public async Task<T> TakeAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        Interlocked.Increment(ref waiting);
        try
        {
            await turns.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }

        Task<T> rest;
        try
        {
            rest = await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            turns.Release();
        }

        return await rest;
    }

    public void Dispose() => turns.Dispose();
}
