namespace AICodeManager.Server.Work.Sandbox;

/// <summary>
/// Whether sandboxes may be started: closed until the escape probes have shown that the protections hold, and closed
/// again when a later run finds one that does not. Thread-safe.
/// </summary>
public sealed class SandboxGate
{
    private volatile string? reason = "the escape probes have not finished";

    private readonly TaskCompletionSource spoken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool settled;

    /// <summary>Told why each time the probes close the gate. Handlers must neither throw nor wait.</summary>
    public event Action<string>? Closed;

    /// <summary>Why the gate is closed; null while it is open.</summary>
    public string? Reason => reason;

    /// <summary>The probes have spoken, one way or the other.</summary>
    public bool Settled => settled;

    public void Open() => Settle(null);

    /// <param name="why">For people: the protection that does not hold.</param>
    public void Close(string why)
    {
        Settle(why);
        Closed?.Invoke(why);
    }

    /// <summary>Waits for the probes' first word where they have not spoken yet, then passes or refuses.</summary>
    /// <exception cref="SandboxException"><c>probe_failed</c> while the gate is closed.</exception>
    public async Task PassAsync(TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await spoken.Task.WaitAsync(patience, time, cancel);
        }
        catch (TimeoutException)
        {
            // The reason still says that the probes have not finished.
        }

        if (reason is { } closed)
            throw new SandboxException("probe_failed", $"No sandbox is started: {closed}.");
    }

    private void Settle(string? why)
    {
        (reason, settled) = (why, true);
        spoken.TrySetResult();
    }
}
