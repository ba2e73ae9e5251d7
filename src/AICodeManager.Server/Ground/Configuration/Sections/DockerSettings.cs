using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>docker</c>: what holds for every sandbox, whichever engine runs it.</summary>
public sealed record DockerSettings
{
    public required SandboxIsolationSettings Isolation { get; init; }
    public required SandboxResourceSettings Resources { get; init; }

    /// <summary>Absolute path of an AppArmor profile; null for the one that ships with the server.</summary>
    public required string? AppArmor { get; init; }

    /// <summary>Absolute path of a seccomp profile in Docker's JSON; null for the one that ships with the server.</summary>
    public required string? Seccomp { get; init; }

    public required SandboxNetworkSettings Network { get; init; }

    internal static DockerSettings Read(SectionReader outer)
    {
        var section = outer.Section("security");
        var profiles = section.Section("security_profiles");
        // The guide's two variables have no key. Each has one value that exists: the strict one.
        section.Variable("DOCKER_SECURITY_PROFILE", "strict", Words.OneOf("strict"));
        section.Variable("DOCKER_RESOURCE_LIMITS", "enabled", LimitsOn);
        return new()
        {
            Isolation = SandboxIsolationSettings.Read(section.Section("isolation")),
            Resources = SandboxResourceSettings.Read(section.Section("resources")),
            AppArmor = profiles.NotYetInForce().Optional("apparmor", Paths.Any(section.BaseFolder)),
            Seccomp = profiles.Optional("seccomp", Paths.Existing(section.BaseFolder)),
            Network = SandboxNetworkSettings.Read(section.Section("network").NotYetInForce()),
        };
    }

    private static readonly Form<string> LimitsOn = new("enabled", text =>
        text == "enabled" ? Outcome.Of(text)
        : Outcome.Wrong<string>(text == "disabled" ? "is refused: resource limits cannot be switched off" : "is not accepted"));
}

/// <summary><c>docker.security.isolation</c>: all always true; a sandbox without them is none.</summary>
public sealed record SandboxIsolationSettings
{
    public required bool Enabled { get; init; }

    /// <summary>Docker gives user namespaces only where its daemon is set up for them; not yet in force there.</summary>
    public required bool UserNamespace { get; init; }

    public required bool PidNamespace { get; init; }
    public required bool NetworkNamespace { get; init; }

    internal static SandboxIsolationSettings Read(SectionReader section) => new()
    {
        Enabled = section.Value("enabled", "true", Words.AlwaysOn),
        UserNamespace = section.NotYetInForce().Value("user_namespace", "true", Words.AlwaysOn),
        PidNamespace = section.Value("pid_namespace", "true", Words.AlwaysOn),
        NetworkNamespace = section.Value("network_namespace", "true", Words.AlwaysOn),
    };
}

/// <summary><c>docker.security.resources</c>: what one sandbox may use.</summary>
public sealed record SandboxResourceSettings
{
    /// <summary>Bytes of memory, swap included. The agent CLI needs 160 MiB itself.</summary>
    public required long MemoryLimit { get; init; }

    /// <summary>Processors' worth of time.</summary>
    public required decimal CpuLimit { get; init; }

    /// <summary>Processes and threads. The agent CLI needs 12 itself.</summary>
    public required int PidsLimit { get; init; }

    internal static SandboxResourceSettings Read(SectionReader section) => new()
    {
        MemoryLimit = section.Value("memory_limit", "2g", Sizes.Between("256m", "1024g")),
        CpuLimit = section.Value("cpu_limit", "1.0", Numbers.Decimal(0.1m, 512m)),
        PidsLimit = section.Value("pids_limit", "1024", Numbers.Whole(32, 65536)),
    };
}

/// <summary><c>docker.security.network</c>: the guide's bridge. Sandboxes have no network at all instead.</summary>
public sealed record SandboxNetworkSettings
{
    public required string BridgeName { get; init; }

    /// <summary>Always true.</summary>
    public required bool IsolateContainers { get; init; }

    /// <summary>TCP ports for allow-listed egress.</summary>
    public required IReadOnlyList<int> AllowedPorts { get; init; }

    internal static SandboxNetworkSettings Read(SectionReader section) => new()
    {
        BridgeName = section.Value("bridge_name", "aicli-secure", Texts.Token),
        IsolateContainers = section.Value("isolate_containers", "true", Words.AlwaysOn),
        AllowedPorts = section.List("allowed_ports", ["80", "443"], Numbers.Whole(1, 65535)),
    };
}
