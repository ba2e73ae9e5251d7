namespace AICodeManager.Server.Work.Sandbox;

/// <summary>
/// The limits of a sandbox, in units that both engines understand. What is not a number is not negotiable and has
/// no setting: no network, no capabilities, no new privileges, read-only root, non-root user, seccomp allow-list.
/// Source: guide, "Docker security"; spec A17.
/// </summary>
public sealed record SandboxProfile
{
    /// <summary>Bytes of memory, swap included; the guide's <c>memory_limit</c>.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>Processors' worth of time; the guide's <c>cpu_limit</c>.</summary>
    public double Cpus { get; init; } = 1.0;

    /// <summary>Processes and threads; the guide's <c>pids_limit</c>.</summary>
    public int Pids { get; init; } = 1024;

    /// <summary>Open descriptors of one process.</summary>
    public int OpenFiles { get; init; } = 4096;

    /// <summary>Bytes of the largest file a process may write.</summary>
    public long FileBytes { get; init; } = 1L << 30;

    /// <summary>Bytes of <c>/tmp</c> (in memory, <c>noexec,nosuid,nodev</c>).</summary>
    public long TmpBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of the home folder (in memory, <c>noexec,nosuid,nodev</c>).</summary>
    public long HomeBytes { get; init; } = 128L << 20;

    /// <summary>User and group id inside, never 0. Host files that a sandbox may write belong to it.</summary>
    public int UserId { get; init; } = 10001;
}
