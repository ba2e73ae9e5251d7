namespace AICodeManager.Server.Work.Sandbox;

/// <summary>
/// Whether sandboxes may be started: closed until the escape probes have shown that the protections hold, and closed
/// again when a later run finds one that does not. Thread-safe.
/// </summary>
public sealed class SandboxGate
{
    private volatile string? reason = "the escape probes have not finished";

    /// <summary>Why the gate is closed; null while it is open.</summary>
    public string? Reason => reason;

    public void Open() => reason = null;

    /// <param name="why">For people: the protection that does not hold.</param>
    public void Close(string why) => reason = why;

    /// <exception cref="SandboxException"><c>probe_failed</c> while the gate is closed.</exception>
    public void Pass()
    {
        if (reason is { } closed)
            throw new SandboxException("probe_failed", $"No sandbox is started: {closed}.");
    }
}
