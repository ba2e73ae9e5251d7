using System.Text.RegularExpressions;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>What every engine asks of a <see cref="SandboxSpec"/> before it touches anything.</summary>
internal static partial class SpecRules
{
    /// <exception cref="SandboxException"><c>start_failed</c>, saying what is wrong and what is accepted.</exception>
    public static void Check(SandboxSpec spec)
    {
        Require(IsName(spec.Name), "the name must be 1 to 48 letters, digits and dashes and begin with a letter or digit");
        Require(spec.Command.Count > 0 && spec.Command[0].Length > 0, "the command is empty");
        Require(IsInside(spec.WorkingFolder), $"the working folder '{spec.WorkingFolder}' must be absolute and plain");
        Require(NoNul(spec.Command) && NoNul(spec.Environment.Keys) && NoNul(spec.Environment.Values), "the command or environment holds a NUL character");
        foreach (var name in spec.Environment.Keys)
            Require(VariableName().IsMatch(name), $"'{name}' cannot name an environment variable; use letters, digits and underscores");
        CheckProfile(spec.Profile);
        foreach (var mount in spec.Mounts)
            CheckMount(mount, spec.Mounts);
    }

    /// <summary>Whether the text can name a sandbox; anything else never reaches a path or an address.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    private static void CheckProfile(SandboxProfile profile)
    {
        Require(profile.UserId is > 0 and < 65534, "the user id must be 1 to 65533, never root");
        Require(profile.MemoryBytes >= 16 << 20, "the memory limit must be at least 16 MiB");
        Require(profile.Cpus is >= 0.01 and <= 4096, "the processor limit must be at least 0.01");
        Require(profile.Pids is >= 2 and <= 4_194_304, "the process limit must be at least 2");
        Require(profile.OpenFiles >= 16, "the descriptor limit must be at least 16");
        Require(profile.FileBytes >= 4096 && profile.TmpBytes >= 4096 && profile.HomeBytes >= 4096, "size limits must be at least 4 KiB");
    }

    private static void CheckMount(SandboxMount mount, IReadOnlyList<SandboxMount> all)
    {
        Require(IsInside(mount.SandboxPath) && !Reserved().IsMatch(mount.SandboxPath),
            $"'{mount.SandboxPath}' cannot be a mount point; use an absolute path outside /proc, /sys and /dev");
        Require(IsInside(mount.HostPath), $"the host side of '{mount.SandboxPath}' must be an absolute path");
        Require(Path.Exists(mount.HostPath), $"the host side of '{mount.SandboxPath}' does not exist");

        // A path below a folder that a sandbox may write could have become a link to anywhere on the host.
        foreach (var other in all)
            Require(!other.Writable || !mount.HostPath.StartsWith(other.HostPath + "/", StringComparison.Ordinal),
                $"the host side of '{mount.SandboxPath}' lies below that of the writable '{other.SandboxPath}'");
    }

    private static bool IsInside(string path) => PlainPath().IsMatch(path) && !DotSegment().IsMatch(path);

    private static bool NoNul(IEnumerable<string> texts) => !texts.Any(text => text.Contains('\0'));

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new SandboxException("start_failed", $"The sandbox cannot be started: {otherwise}.");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9-]{0,47}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex VariableName();

    [GeneratedRegex(@"\A(/[^/\0\n]+)+\z")]
    private static partial Regex PlainPath();

    [GeneratedRegex(@"/\.{1,2}(/|\z)")]
    private static partial Regex DotSegment();

    [GeneratedRegex(@"\A/(proc|sys|dev)(/|\z)")]
    private static partial Regex Reserved();
}
