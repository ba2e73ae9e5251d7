using System.Globalization;
using System.Runtime.InteropServices;

namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>The control groups of one sandbox: its limits, and the one way to reach every process in it.</summary>
internal sealed partial class ControlGroup
{
    private readonly CgroupLayout layout;
    private readonly TimeProvider time;
    private readonly Dictionary<string, string> folders;

    public ControlGroup(CgroupLayout layout, string instance, string name, TimeProvider time)
    {
        (this.layout, this.time) = (layout, time);
        folders = layout.Parents.ToDictionary(pair => pair.Key, pair => Path.Combine(pair.Value, instance, name));
    }

    /// <summary>Files into which a process writes its id to come under the limits.</summary>
    public IReadOnlyList<string> ProcessFiles => [.. Folders.Select(folder => Path.Combine(folder, "cgroup.procs"))];

    /// <summary>Whether a process is in it.</summary>
    public bool Busy => Processes().Count > 0;

    private IEnumerable<string> Folders => folders.Values.Distinct();

    /// <summary>Makes the groups and sets their limits.</summary>
    /// <exception cref="SandboxException"><c>limit_unavailable</c>, naming the limit that cannot be set; nothing is left.</exception>
    public async Task CreateAsync(SandboxProfile profile)
    {
        foreach (var controller in CgroupLayout.Controllers)
        {
            try
            {
                Make(folders[controller]);
                Limit(controller, folders[controller], profile);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                await RemoveAsync();
                throw new SandboxException("limit_unavailable",
                    $"The {controller} limit cannot be put in force: this process may not write control groups ({HostText.Clean(fault.Message)}).", fault);
            }
        }
    }

    /// <summary>How often the kernel ended a process of the group for want of memory.</summary>
    public long MemoryKills()
    {
        var file = Path.Combine(folders["memory"], layout.Unified ? "memory.events" : "memory.oom_control");
        foreach (var line in ReadLines(file))
        {
            if (line.Split(' ') is ["oom_kill", var count] && long.TryParse(count, CultureInfo.InvariantCulture, out var kills))
                return kills;
        }

        return 0;
    }

    /// <summary>Ends every process with SIGKILL and waits until they are gone, for 2 s at most.</summary>
    public async Task KillAsync()
    {
        var end = time.GetUtcNow().AddSeconds(2);
        do
        {
            if (!layout.Unified || !TryWrite(Path.Combine(folders["pids"], "cgroup.kill"), "1"))
            {
                foreach (var process in Processes())
                    _ = Kill(process, 9);
            }

            if (!Busy)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(5), time);
        }
        while (time.GetUtcNow() < end);
    }

    /// <summary>Ends what runs in the groups and removes them; nothing happens when there are none.</summary>
    public async Task RemoveAsync()
    {
        await KillAsync();
        foreach (var folder in Folders)
        {
            // The kernel lets go of the last process a moment after it is no longer listed.
            for (var tries = 0; Directory.Exists(folder) && !TryRemove(folder) && tries < 100; tries++)
                await Task.Delay(TimeSpan.FromMilliseconds(10), time);
        }
    }

    private void Make(string folder)
    {
        if (layout.Unified)
        {
            var instance = Path.GetDirectoryName(folder)!;
            var parent = Path.GetDirectoryName(instance)!;
            Directory.CreateDirectory(instance);
            foreach (var level in new[] { Path.GetDirectoryName(parent)!, parent, instance })
                Write(Path.Combine(level, "cgroup.subtree_control"), "+memory +pids +cpu");
        }

        Directory.CreateDirectory(folder);
    }

    private void Limit(string controller, string folder, SandboxProfile profile)
    {
        var (memory, cpu) = (Text(profile.MemoryBytes), Text((long)(profile.Cpus * 100_000)));
        switch (controller, layout.Unified)
        {
            case ("memory", true):
                Write(Path.Combine(folder, "memory.max"), memory);
                WriteIfThere(Path.Combine(folder, "memory.swap.max"), "0");
                break;
            case ("memory", false):
                Write(Path.Combine(folder, "memory.limit_in_bytes"), memory);
                // Absent where the kernel does not account for swap: then at least do not swap.
                if (!WriteIfThere(Path.Combine(folder, "memory.memsw.limit_in_bytes"), memory))
                    Write(Path.Combine(folder, "memory.swappiness"), "0");
                break;
            case ("pids", _):
                Write(Path.Combine(folder, "pids.max"), Text(profile.Pids));
                break;
            case ("cpu", true):
                Write(Path.Combine(folder, "cpu.max"), $"{cpu} 100000");
                break;
            default:
                Write(Path.Combine(folder, "cpu.cfs_period_us"), "100000");
                Write(Path.Combine(folder, "cpu.cfs_quota_us"), cpu);
                break;
        }
    }

    private HashSet<int> Processes() =>
        [.. Folders.SelectMany(folder => ReadLines(Path.Combine(folder, "cgroup.procs")))
            .Select(line => int.TryParse(line, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 1)];

    private static string[] ReadLines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static void Write(string file, string value)
    {
        using var stream = new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        stream.Write(System.Text.Encoding.ASCII.GetBytes(value));
    }

    private static bool WriteIfThere(string file, string value)
    {
        if (!File.Exists(file))
            return false;
        Write(file, value);
        return true;
    }

    private static bool TryWrite(string file, string value)
    {
        try
        {
            return WriteIfThere(file, value);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool TryRemove(string folder) => RemoveFolder(folder) == 0;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    // Directory.Delete looks at the files first; a control group's cannot be deleted and need not be.
    [LibraryImport("libc", EntryPoint = "rmdir", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RemoveFolder(string path);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
