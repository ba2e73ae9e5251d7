using System.Text.Json.Nodes;

namespace AICodeManager.Server.Work.Sandbox.Docker;

/// <summary>Writes a <see cref="SandboxSpec"/> down as the engine's <c>containers/create</c> wants it.</summary>
internal static class DockerContainer
{
    public const string NameLabel = "aicli.name";
    public const string InstanceLabel = "aicli.instance";
    public const string DurableLabel = "aicli.durable";

    /// <summary>Prefix of the spec's own labels.</summary>
    public const string LabelPrefix = "aicli.label.";

    private const string Plain = "rw,noexec,nosuid,nodev";

    public static JsonObject Describe(SandboxSpec spec, DockerSettings settings, string image, SeccompProfile seccomp) => new()
    {
        ["Image"] = image,
        ["Entrypoint"] = new JsonArray(),
        ["Cmd"] = Texts(spec.Command),
        ["Env"] = Texts(spec.Environment.Select(pair => $"{pair.Key}={pair.Value}")),
        ["WorkingDir"] = spec.WorkingFolder,
        ["User"] = $"{spec.Profile.UserId}:{spec.Profile.UserId}",
        ["Hostname"] = "sandbox",
        ["NetworkDisabled"] = true,
        ["Tty"] = false,
        ["AttachStdin"] = true,
        ["AttachStdout"] = !spec.Durable,
        ["AttachStderr"] = !spec.Durable,
        ["OpenStdin"] = true,
        // Input that closes with its first reader would end a task whenever this server restarts.
        ["StdinOnce"] = !spec.Durable,
        ["Labels"] = Labels(spec, settings.Instance),
        ["HostConfig"] = Host(spec, settings, seccomp),
    };

    private static JsonObject Host(SandboxSpec spec, DockerSettings settings, SeccompProfile seccomp)
    {
        var profile = spec.Profile;
        return new JsonObject
        {
            ["NetworkMode"] = "none",
            ["ReadonlyRootfs"] = true,
            ["CapDrop"] = Texts(["ALL"]),
            ["Privileged"] = false,
            ["SecurityOpt"] = Texts([
                "no-new-privileges:true",
                $"seccomp={seccomp.Json}",
                .. settings.AppArmorProfile is { } name ? [$"apparmor={name}"] : Array.Empty<string>()]),
            ["IpcMode"] = "private",
            ["CgroupnsMode"] = "private",
            ["Memory"] = profile.MemoryBytes,
            ["MemorySwap"] = profile.MemoryBytes,
            ["NanoCpus"] = (long)(profile.Cpus * 1e9),
            ["PidsLimit"] = profile.Pids,
            // Under memory pressure of the whole host a sandbox goes before any service.
            ["OomScoreAdj"] = 500,
            ["Init"] = true,
            ["ShmSize"] = 64L << 20,
            ["Tmpfs"] = new JsonObject
            {
                ["/tmp"] = $"{Plain},size={profile.TmpBytes},mode=1777",
                ["/home/agent"] = $"{Plain},size={profile.HomeBytes},mode=0700,uid={profile.UserId},gid={profile.UserId}",
            },
            ["Ulimits"] = new JsonArray(
                Limit("nofile", profile.OpenFiles), Limit("core", 0), Limit("fsize", profile.FileBytes)),
            ["Mounts"] = new JsonArray([.. spec.Mounts.Select(Mount)]),
            ["LogConfig"] = spec.Durable ? KeptOutput(settings.KeptMebibytes) : new JsonObject { ["Type"] = "none" },
            ["RestartPolicy"] = new JsonObject { ["Name"] = "no" },
        };
    }

    // Not json-file: it writes U+FFFD for every byte that is no UTF-8 and for characters cut at its 16 KiB pieces.
    private static JsonObject KeptOutput(int mebibytes) => new()
    {
        ["Type"] = "local",
        ["Config"] = new JsonObject
        {
            ["max-size"] = $"{mebibytes}m",
            ["max-file"] = "2",
            ["compress"] = "false",
        },
    };

    private static JsonNode Mount(SandboxMount mount) => new JsonObject
    {
        ["Type"] = "bind",
        ["Source"] = mount.HostPath,
        ["Target"] = mount.SandboxPath,
        ["ReadOnly"] = !mount.Writable,
        // A read-only bind does not make what is mounted below it read-only: leave that out altogether.
        ["BindOptions"] = new JsonObject { ["Propagation"] = "rprivate", ["NonRecursive"] = true },
    };

    private static JsonObject Limit(string name, long value) =>
        new JsonObject { ["Name"] = name, ["Soft"] = value, ["Hard"] = value };

    private static JsonObject Labels(SandboxSpec spec, string instance)
    {
        var labels = new JsonObject
        {
            [NameLabel] = spec.Name,
            [InstanceLabel] = instance,
            [DurableLabel] = spec.Durable ? "1" : "0",
        };
        foreach (var (name, value) in spec.Labels)
            labels[LabelPrefix + name] = value;
        return labels;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
