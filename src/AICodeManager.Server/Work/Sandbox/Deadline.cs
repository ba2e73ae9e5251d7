namespace AICodeManager.Server.Work.Sandbox;

/// <summary>A token that ends when the caller's does or when the time is up.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource limit;
    private readonly CancellationTokenSource both;

    public Deadline(TimeSpan after, TimeProvider time, CancellationToken cancel)
    {
        limit = new CancellationTokenSource(after, time);
        both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
    }

    public CancellationToken Token => both.Token;

    /// <summary>Whether the time is up.</summary>
    public bool Passed => limit.IsCancellationRequested;

    public void Dispose()
    {
        both.Dispose();
        limit.Dispose();
    }
}
