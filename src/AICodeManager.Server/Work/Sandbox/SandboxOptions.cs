namespace AICodeManager.Server.Work.Sandbox;

/// <summary>What the room needs to know about this host.</summary>
public sealed record SandboxOptions
{
    /// <summary><c>docker</c>, <c>bubblewrap</c>, <c>none</c>; null takes Docker where it is ready, else bubblewrap, and never <c>none</c>.</summary>
    public string? Engine { get; init; }

    /// <summary>Value of <c>DOCKER_HOST</c>.</summary>
    public string? DockerHost { get; init; }

    /// <summary>Letters, digits and dashes that tell this server's sandboxes from another's on the same host; lasting.</summary>
    public required string Instance { get; init; }

    public required SandboxImage Image { get; init; }

    public required SeccompProfile Seccomp { get; init; }

    /// <summary>Folder of this server alone for the bubblewrap engine's small state files.</summary>
    public required string StateFolder { get; init; }

    /// <summary>AppArmor profile for Docker's containers; must be loaded on its host.</summary>
    public string? AppArmorProfile { get; init; }

    /// <summary>See <see cref="Bubblewrap.BubblewrapSettings"/>.</summary>
    public string CgroupParent { get; init; } = "aicli";

    public MeterOptions Meter { get; init; } = new();
}
