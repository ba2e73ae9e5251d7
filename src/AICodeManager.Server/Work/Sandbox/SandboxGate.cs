namespace AICodeManager.Server.Work.Sandbox;

/// <summary>
/// Whether sandboxes may be started: closed until the escape probes have shown that the protections hold, and closed
/// again when a later run finds one that does not. Thread-safe.
/// </summary>
public sealed class SandboxGate
{
    private volatile string? reason = "the escape probes have not finished";

    private volatile bool settled;

    /// <summary>Why the gate is closed; null while it is open.</summary>
    public string? Reason => reason;

    /// <summary>The probes have spoken, one way or the other.</summary>
    public bool Settled => settled;

    public void Open() => (reason, settled) = (null, true);

    /// <param name="why">For people: the protection that does not hold.</param>
    public void Close(string why) => (reason, settled) = (why, true);

    /// <exception cref="SandboxException"><c>probe_failed</c> while the gate is closed.</exception>
    public void Pass()
    {
        if (reason is { } closed)
            throw new SandboxException("probe_failed", $"No sandbox is started: {closed}.");
    }
}
