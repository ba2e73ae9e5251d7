using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>The sandboxes that probes run in: real ones, with limits small enough to be used up quickly.</summary>
internal static class ProbeSpecs
{
    public static readonly SandboxProfile Profile = new()
    {
        MemoryBytes = 192L << 20,
        Cpus = 0.5,
        Pids = 64,
        OpenFiles = 256,
        FileBytes = 8L << 20,
        TmpBytes = 16L << 20,
        HomeBytes = 8L << 20,
        UserId = SandboxOwner.UserId,
    };

    public static readonly FolderBound Bound = new(Bytes: 8L << 20, Files: 500);

    // Half a processor is measured by the bombs; the quick probes should be quick.
    public static readonly SandboxProfile QuickProfile = Profile with { Cpus = 2 };

    public static SandboxSpec Of(SandboxProfile profile, string workingCopy, IReadOnlyList<string> command) => new()
    {
        Name = $"probe-{Guid.NewGuid():N}"[..24],
        Labels = new Dictionary<string, string> { ["probe"] = "1" },
        Command = command,
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/local/bin:/usr/bin:/bin" },
        Mounts = [new SandboxMount(workingCopy, "/workspace", Writable: true, Bound)],
        Profile = profile,
    };

    /// <summary>The part of the script's configuration that every stage needs.</summary>
    public static JsonObject Configuration(IEnumerable<Probe> probes, SandboxProfile profile) => new()
    {
        ["probes"] = new JsonArray([.. probes.Select(probe => (JsonNode)probe.Name)]),
        ["user"] = profile.UserId,
        ["limits"] = new JsonObject
        {
            ["memory_bytes"] = profile.MemoryBytes,
            ["cpus"] = profile.Cpus,
            ["pids"] = profile.Pids,
            ["open_files"] = profile.OpenFiles,
            ["file_bytes"] = profile.FileBytes,
            ["tmp_bytes"] = profile.TmpBytes,
            ["home_bytes"] = profile.HomeBytes,
            ["folder_bytes"] = Bound.Bytes,
            ["folder_files"] = Bound.Files,
        },
    };
}
