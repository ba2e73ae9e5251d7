namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Bounds every wait of one call, and tells a wait that ran out from a caller who left.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource step;
    private readonly CancellationTokenSource whole;
    private readonly CancellationTokenSource any;
    private readonly CancellationToken gone;

    public Patience(TimeSpan call, TimeProvider time, CancellationToken gone)
    {
        this.gone = gone;
        step = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        whole = new CancellationTokenSource(call, time);
        any = CancellationTokenSource.CreateLinkedTokenSource(step.Token, whole.Token, gone);
    }

    /// <exception cref="TimeoutException">The step or the whole call took too long.</exception>
    /// <exception cref="OperationCanceledException">The caller left, or the door closes.</exception>
    public async Task<T> WithinAsync<T>(TimeSpan limit, Func<CancellationToken, ValueTask<T>> work)
    {
        step.CancelAfter(limit);
        try
        {
            return await work(any.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException || (any.IsCancellationRequested && fault is IOException or HttpRequestException))
        {
            gone.ThrowIfCancellationRequested();
            throw new TimeoutException("The upstream took too long.", fault);
        }
        finally
        {
            step.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        any.Dispose();
        whole.Dispose();
        step.Dispose();
    }
}
