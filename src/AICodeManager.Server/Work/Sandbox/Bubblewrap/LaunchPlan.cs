using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>How one sandbox is started: a pure function of its spec.</summary>
/// <param name="Info">The first process.</param>
/// <param name="Head">What is written to its standard input before the command's own.</param>
internal sealed record LaunchPlan(ProcessStartInfo Info, byte[] Head)
{
    private const int MaxOptions = 1 << 20;
    private const long SharedMemory = 64L << 20;
    private static readonly string[] Stages = ["/mnt", "/media", "/srv", "/opt", "/home"];
    private static readonly string[] ToolFolders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    public static LaunchPlan Of(SandboxSpec spec, string root, ControlGroup group, byte[] filter)
    {
        var mounts = Ordered(spec, root);
        var stage = StageFor([root, .. mounts.Select(mount => mount.HostPath)]);
        var options = Options(spec, mounts, stage);
        if (options.Length > MaxOptions)
            throw new SandboxException("start_failed", "The sandbox cannot be started: its environment is larger than 1 MiB.");

        var privileged = Environment.IsPrivilegedProcess;
        var info = new ProcessStartInfo(Tool("unshare"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        info.Environment.Clear();
        info.Environment["PATH"] = string.Join(':', ToolFolders);
        var (profile, count) = (spec.Profile, group.ProcessFiles.Count);
        Add(info, privileged ? ["--mount"] : ["--user", "--map-root-user", "--mount"]);
        Add(info, "--propagation", "private", "--", Tool("setpriv"), "--pdeathsig", "KILL", "/bin/sh", "-c", LaunchScript.Text, "sandbox");
        Add(info, Text(Environment.ProcessId), stage, Text(privileged ? profile.UserId : 0), Text(options.Length), Text(filter.Length));
        Add(info, Text(profile.TmpBytes), Text(profile.HomeBytes), Text(SharedMemory), Text(profile.FileBytes), Text(profile.OpenFiles));
        Add(info, [Text(count), .. group.ProcessFiles]);
        Add(info, [Text(mounts.Count + 1), "d", root, .. mounts.SelectMany(mount => new[] { Directory.Exists(mount.HostPath) ? "d" : "f", mount.HostPath })]);
        Add(info, ["/bin/sh", "-c", LaunchScript.Inner, "sh", .. spec.Command]);
        return new LaunchPlan(info, [.. options, .. filter]);
    }

    /// <summary>The full path of a program; null where the host lacks it.</summary>
    public static string? Look(string tool) => ToolFolders.Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);

    private static string Tool(string name) => Look(name)
        ?? throw new SandboxException("engine_unavailable", $"The program {name} is missing; install bubblewrap and util-linux.");

    /// <summary>bwrap's options, each ended by NUL (bwrap(1), <c>--args</c>).</summary>
    private static byte[] Options(SandboxSpec spec, List<SandboxMount> mounts, string stage)
    {
        var user = Text(spec.Profile.UserId);
        List<string> options = [
            "--unshare-all", "--unshare-user", "--disable-userns", "--uid", user, "--gid", user, "--hostname", "sandbox",
            "--cap-drop", "ALL", "--new-session", "--die-with-parent", "--clearenv",
            "--ro-bind", $"{stage}/m0", "/", "--proc", "/proc",
            // bubblewrap covers it only where the folder itself looks writable; some settings of the sandbox's own
            // namespaces (kernel/auto_msgmni) are writable one by one.
            "--ro-bind", "/proc/sys", "/proc/sys",
            "--dev", "/dev",
            "--bind", $"{stage}/shm", "/dev/shm", "--bind", $"{stage}/tmp", "/tmp", "--bind", $"{stage}/home", "/home/agent"];
        for (var number = 0; number < mounts.Count; number++)
            options.AddRange([mounts[number].Writable ? "--bind" : "--ro-bind", $"{stage}/m{number + 1}", mounts[number].SandboxPath]);
        options.AddRange(["--remount-ro", "/dev", "--chdir", spec.WorkingFolder]);
        foreach (var (name, value) in spec.Environment)
            options.AddRange(["--setenv", name, value]);
        options.AddRange(["--seccomp", "9"]);
        return Encoding.UTF8.GetBytes(string.Join('\0', options) + '\0');
    }

    // The root is read-only, so a mount point that the image lacks cannot be made.
    private static List<SandboxMount> Ordered(SandboxSpec spec, string root)
    {
        var mounts = spec.Mounts.OrderBy(mount => mount.SandboxPath.Count(letter => letter == '/')).ToList();
        string[] writable = ["/tmp", "/home/agent", .. mounts.Where(mount => mount.Writable).Select(mount => mount.SandboxPath)];
        foreach (var mount in mounts)
        {
            var below = mounts.Any(other => other != mount && mount.SandboxPath.StartsWith(other.SandboxPath + "/", StringComparison.Ordinal))
                || writable.Any(folder => mount.SandboxPath.StartsWith(folder + "/", StringComparison.Ordinal));
            if (!below && !Path.Exists(root + mount.SandboxPath))
                throw new SandboxException("start_failed", $"The sandbox cannot be started: the image has no mount point {mount.SandboxPath}.");
        }

        return mounts;
    }

    /// <summary>A folder that everyone may enter and that hides nothing which is needed when it is covered.</summary>
    private static string StageFor(IReadOnlyList<string> sources) =>
        Stages.FirstOrDefault(stage => Directory.Exists(stage)
            && !sources.Any(source => source == stage || source.StartsWith(stage + "/", StringComparison.Ordinal)))
        ?? throw new SandboxException("start_failed", $"The sandbox cannot be started: one of {string.Join(", ", Stages)} must hold none of its folders.");

    private static void Add(ProcessStartInfo info, params ReadOnlySpan<string> arguments)
    {
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
