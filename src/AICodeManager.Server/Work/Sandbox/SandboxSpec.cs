namespace AICodeManager.Server.Work.Sandbox;

/// <summary>Everything an engine needs to start one sandbox. Nothing in it is interpreted by a shell.</summary>
public sealed record SandboxSpec
{
    /// <summary>The label of sandboxes that a restarted server looks for; all others it finds are left over.</summary>
    public const string TaskLabel = "task";

    /// <summary>Unique name on this host: letters, digits and dashes, at most 48 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Marks by which a restarted server finds its sandboxes again, for example <c>task</c> → id.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Program and arguments, each passed on as it is.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>The whole environment inside; nothing of the server's own environment is added.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Host folders and files seen inside, beside the read-only image.</summary>
    public IReadOnlyList<SandboxMount> Mounts { get; init; } = [];

    /// <summary>Working folder inside.</summary>
    public string WorkingFolder { get; init; } = "/workspace";

    /// <summary>The profile both engines obey.</summary>
    public required SandboxProfile Profile { get; init; }

    /// <summary>
    /// Whether the sandbox should outlive this process, its output kept for a reader that comes back
    /// (see <see cref="ISandboxEngine.AttachAsync"/>). An engine that cannot do so ends it with the process.
    /// </summary>
    public bool Durable { get; init; }
}

/// <summary>One host path made visible inside a sandbox.</summary>
/// <param name="HostPath">Absolute path of an existing folder or file.</param>
/// <param name="SandboxPath">Absolute path inside.</param>
/// <param name="Writable">Read-only unless true.</param>
/// <param name="Bound">Size bound of a writable folder; null only where the profile's writable size need not hold.</param>
public sealed record SandboxMount(string HostPath, string SandboxPath, bool Writable = false, FolderBound? Bound = null);

/// <summary>How large a writable folder may grow before its sandbox is ended.</summary>
/// <param name="Bytes">Sum of allocated bytes.</param>
/// <param name="Files">Files and folders.</param>
public sealed record FolderBound(long Bytes, long Files);
