namespace AICodeManager.Server.Ground.Coordination.Redis;

/// <summary>Whether a part of Redis is given up until a probe was answered.</summary>
internal sealed class Breaker
{
    private int open;

    public bool IsOpen => Volatile.Read(ref open) != 0;

    /// <summary>The search for an answer, while there is one.</summary>
    public Task Recovering { get; set; } = Task.CompletedTask;

    /// <returns>True for the one that opened it and so must look for an answer.</returns>
    public bool Open() => Interlocked.Exchange(ref open, 1) == 0;

    public void Close() => Volatile.Write(ref open, 0);
}
