namespace AICodeManager.Server.Work.Sandbox.Unconfined;

/// <summary>Says where a path that means something inside a sandbox lies on the host.</summary>
internal sealed class HostPlaces(IEnumerable<SandboxMount> mounts)
{
    // The longest first: /workspace/.git may be mounted from elsewhere than /workspace.
    private readonly List<SandboxMount> mounts = [.. mounts.OrderByDescending(mount => mount.SandboxPath.Length)];

    /// <summary>Translates a text that is, or begins with, a mounted path; any other stays as it is.</summary>
    public string OnHost(string text)
    {
        foreach (var mount in mounts)
        {
            if (text == mount.SandboxPath || text.StartsWith(mount.SandboxPath + "/", StringComparison.Ordinal))
                return mount.HostPath + text[mount.SandboxPath.Length..];
        }

        return text;
    }
}
