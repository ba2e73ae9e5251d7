using System.Diagnostics;
using AICodeManager.Bench.Rig;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Bench.Plain;

/// <summary><c>docker run</c> with every restriction that the server's Docker engine sets.</summary>
/// <param name="Seccomp">Path of the profile.</param>
internal sealed record PlainDocker(string Seccomp) : PlainKind("docker run")
{
    private const string Memory = "rw,noexec,nosuid,nodev";

    public override ProcessStartInfo Command(PlainFolders folders, WorkspaceImage image)
    {
        var profile = PlainFolders.Profile;
        var user = profile.UserId;
        List<string> arguments =
        [
            "run", "--rm", "--interactive", "--name", NameOf(folders), "--pull", "never", "--log-driver", "none",
            "--network", "none", "--hostname", "sandbox", "--user", $"{user}:{user}", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges:true", "--security-opt", $"seccomp={Seccomp}",
            "--read-only", "--ipc", "private", "--cgroupns", "private", "--init", "--shm-size", "64m",
            "--tmpfs", $"/tmp:{Memory},size={profile.TmpBytes},mode=1777",
            "--tmpfs", $"/home/agent:{Memory},size={profile.HomeBytes},mode=0700,uid={user},gid={user}",
            "--memory", $"{profile.MemoryBytes}", "--memory-swap", $"{profile.MemoryBytes}", "--cpus", $"{profile.Cpus}",
            "--pids-limit", $"{profile.Pids}", "--oom-score-adj", "500",
            "--ulimit", $"nofile={profile.OpenFiles}", "--ulimit", "core=0", "--ulimit", $"fsize={profile.FileBytes}",
            "--workdir", SandboxPaths.Workspace,
        ];
        foreach (var (host, inside, writable) in folders.Mounts)
            arguments.AddRange(["--mount", $"type=bind,source={host},target={inside}{(writable ? "" : ",readonly")}"]);
        foreach (var (name, value) in folders.Launch.Environment)
            arguments.AddRange(["--env", $"{name}={value}"]);
        return new ProcessStartInfo("docker", [.. arguments, image.Docker!, .. folders.Launch.Command]);
    }

    public override Task EndAsync(PlainFolders folders) => Tool.OutputAsync("docker", "rm", "--force", NameOf(folders));

    private static string NameOf(PlainFolders folders) => $"aicli-bench-{Path.GetFileName(folders.Root)}";
}
