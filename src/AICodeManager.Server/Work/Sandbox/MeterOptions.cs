namespace AICodeManager.Server.Work.Sandbox;

/// <summary>How writable folders are watched while a sandbox runs.</summary>
public sealed record MeterOptions
{
    /// <summary>Pause between two looks; a walk that takes long lengthens it, so that looking costs at most a fifth of a processor.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes that must stay free on the host's disk; below, sandboxes that may write are ended and none is started.</summary>
    public long MinFreeBytes { get; init; } = 512L << 20;
}
