namespace AICodeManager.Server.Work.Sandbox;

/// <summary>Starts processes that can reach nothing but what their <see cref="SandboxSpec"/> gives them.</summary>
/// <remarks>Implementations: Docker, bubblewrap. One contract test suite runs against all of them.</remarks>
public interface ISandboxEngine
{
    /// <summary><c>docker</c>, <c>bubblewrap</c>, or <c>none</c> (unconfined, only where asked for by name).</summary>
    string Name { get; }

    /// <summary>Whether sandboxes of this engine outlive this process.</summary>
    bool Durable { get; }

    /// <summary>Whether the engine answers now and has its workspace image; a reason for people where it does not.</summary>
    Task<EngineStatus> PingAsync(CancellationToken cancel);

    /// <summary>Starts one sandbox. Nothing is left behind when it throws.</summary>
    /// <exception cref="SandboxException">The engine refused, is away, or a limit could not be put in force.</exception>
    Task<ISandbox> StartAsync(SandboxSpec spec, CancellationToken cancel);

    /// <summary>Sandboxes of this engine on this host that carry all of the labels, running or ended, by name.</summary>
    Task<IReadOnlyList<FoundSandbox>> FindAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancel);

    /// <summary>
    /// Takes up a durable sandbox that an earlier process started. Its output begins <paramref name="outputOffset"/>
    /// bytes after the first one it ever wrote; its standard error begins again from the start. Null when it is gone.
    /// </summary>
    Task<ISandbox?> AttachAsync(string name, long outputOffset, CancellationToken cancel);

    /// <summary>Ends and removes a sandbox by name; nothing happens when it is gone already.</summary>
    Task RemoveAsync(string name, CancellationToken cancel);
}

/// <summary>What <see cref="ISandboxEngine.PingAsync"/> found.</summary>
/// <param name="Ready">Sandboxes can be started.</param>
/// <param name="Detail">Version when ready; otherwise what is missing and how to mend it.</param>
public sealed record EngineStatus(bool Ready, string Detail);

/// <summary>A sandbox found by its labels.</summary>
public sealed record FoundSandbox(string Name, bool Running, IReadOnlyDictionary<string, string> Labels);

/// <summary>A started sandbox. Disposing it ends every process in it and removes what it left outside its mounts.</summary>
public interface ISandbox : IAsyncDisposable
{
    string Name { get; }

    /// <summary>
    /// Standard input of the command; flush to send. Disposing it gives the command end of file, except in a durable
    /// sandbox of a durable engine, whose input stays open for the next process that attaches.
    /// </summary>
    Stream Input { get; }

    /// <summary>
    /// Standard output; ends when the command ends. Back-pressure reaches the command, except in a durable sandbox of a
    /// durable engine: there the engine keeps what is not read yet, up to a bound (<see cref="SandboxEnd.OutputFull"/>).
    /// A durable sandbox's output is text: a line feed may be added after a last line that has none.
    /// </summary>
    Stream Output { get; }

    /// <summary>Standard error; ends when the command ends. Must be read, or the command may block.</summary>
    Stream Error { get; }

    /// <summary>Waits for the end of the command. Cancelling stops the waiting, not the command.</summary>
    Task<SandboxExit> WaitAsync(CancellationToken cancel);

    /// <summary>Ends every process at once; returns when they are gone, within 2 s.</summary>
    Task KillAsync();

    /// <summary>Leaves a durable sandbox running for a later <see cref="ISandboxEngine.AttachAsync"/>; ends any other.</summary>
    Task DetachAsync();
}

/// <summary>How a sandbox ended.</summary>
/// <param name="ExitCode">The command's exit code; 128 plus the signal's number where one ended it.</param>
/// <param name="Cause">Why it ended, where it was not the command's own doing.</param>
public sealed record SandboxExit(int ExitCode, SandboxEnd Cause);

/// <summary>Why a sandbox ended.</summary>
public enum SandboxEnd
{
    /// <summary>The command ended by itself.</summary>
    Exited,

    /// <summary>This process ended it (<see cref="ISandbox.KillAsync"/>).</summary>
    Killed,

    /// <summary>The kernel ended its first process for want of memory.</summary>
    OutOfMemory,

    /// <summary>A writable folder grew past its <see cref="FolderBound"/>.</summary>
    FolderFull,

    /// <summary>The host's disk has too little room left to let sandboxes write.</summary>
    HostDiskFull,

    /// <summary>A durable sandbox wrote more output than the engine keeps for a reader that comes back.</summary>
    OutputFull,

    /// <summary>The engine went away or lost the sandbox.</summary>
    EngineLost,
}

/// <summary>A sandbox could not be started or reached.</summary>
/// <param name="code">Stable word for states and metrics: <c>engine_unavailable</c>, <c>image_missing</c>, <c>limit_unavailable</c>, <c>start_failed</c>, <c>disk_full</c>, <c>probe_failed</c>.</param>
/// <param name="message">For people; names no host paths of the server.</param>
public sealed class SandboxException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;

    /// <summary>The engine's own status where it answered and refused; null where it did not answer.</summary>
    internal System.Net.HttpStatusCode? Answer { get; init; }
}
