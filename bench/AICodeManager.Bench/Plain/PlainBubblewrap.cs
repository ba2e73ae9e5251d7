using System.Diagnostics;
using AICodeManager.Bench.Rig;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Bench.Plain;

/// <summary>
/// <c>bwrap</c> with the server's namespaces and mounts. It has no seccomp filter, no control groups and no limits,
/// because a command line cannot give it those: the server's start is compared with less than it does.
/// </summary>
internal sealed record PlainBubblewrap() : PlainKind("bwrap")
{
    public override ProcessStartInfo Command(PlainFolders folders, WorkspaceImage image)
    {
        var user = $"{PlainFolders.Profile.UserId}";
        List<string> arguments =
        [
            "--unshare-all", "--unshare-user", "--disable-userns", "--uid", user, "--gid", user, "--hostname", "sandbox",
            "--cap-drop", "ALL", "--new-session", "--die-with-parent", "--clearenv",
            "--ro-bind", image.Rootfs, "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/home/agent",
        ];
        foreach (var (host, inside, writable) in folders.Mounts)
            arguments.AddRange([writable ? "--bind" : "--ro-bind", host, inside]);
        foreach (var (name, value) in folders.Launch.Environment)
            arguments.AddRange(["--setenv", name, value]);
        return new ProcessStartInfo("bwrap", [.. arguments, "--chdir", SandboxPaths.Workspace, "--", .. folders.Launch.Command]);
    }
}
