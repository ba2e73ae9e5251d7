namespace AICodeManager.Server.Work.Sandbox;

/// <summary>The outcome of a short job.</summary>
/// <param name="Exit">How it ended; <see cref="SandboxEnd.Killed"/> where its time was up.</param>
/// <param name="Output">Standard output from its beginning, up to the bound asked for.</param>
/// <param name="Truncated">There was more output.</param>
/// <param name="Error">Standard error, at most 64 KiB, for logs and people: hostile text.</param>
/// <param name="TimedOut">It took longer than it was given.</param>
public sealed record SandboxRun(SandboxExit Exit, byte[] Output, bool Truncated, string Error, bool TimedOut)
{
    /// <summary>Ended by itself with exit code 0, everything read.</summary>
    public bool Succeeded => Exit is { ExitCode: 0, Cause: SandboxEnd.Exited } && !Truncated && !TimedOut;
}
