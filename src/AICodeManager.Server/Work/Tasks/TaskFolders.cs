using System.Security.Cryptography;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.Projects;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Where a task keeps its things on the host: the agent's configuration, its policy, its socket.</summary>
public sealed class TaskFolders(Settings settings, SandboxProfile profile)
{
    // An agent's conversation and its shell snapshots take a few megabytes.
    private static readonly FolderBound ConfigBound = new(512L << 20, 20_000);

    private const UnixFileMode ReadableFile =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Folder of the gateway's socket. Its path is short: a socket address holds 107 bytes.</summary>
    public string SocketFolder(Guid taskId) =>
        Path.Combine(Root, "run", Convert.ToHexStringLower(SHA256.HashData(taskId.ToByteArray()).AsSpan(0, 6)));

    /// <summary>Makes the folders and files of a run; what stands there from an earlier run of the task stays.</summary>
    public IReadOnlyList<SandboxMount> Prepare(Guid taskId, AgentLaunch launch)
    {
        var home = Path.Combine(Root, "tasks", taskId.ToString("N"));
        var config = Path.Combine(home, "config");
        Directory.CreateDirectory(config);
        SandboxOwner.Give(config, profile);
        Readable(Directory.CreateDirectory(SocketFolder(taskId)).FullName);

        List<SandboxMount> mounts =
        [
            new(config, SandboxPaths.Config, Writable: true, ConfigBound),
            new(SocketFolder(taskId), SandboxPaths.Sockets),
        ];
        mounts.AddRange(PolicyMounts(Path.Combine(home, "policy"), config, launch.PolicyFiles));
        return mounts;
    }

    // Folders of the image are mounted over as a whole, because they have no files to mount over; in the agent's own
    // folder only the file itself may be fixed.
    private static List<SandboxMount> PolicyMounts(string policy, string config, IReadOnlyDictionary<string, string> files)
    {
        List<SandboxMount> mounts = [];
        foreach (var group in files.GroupBy(f => Path.GetDirectoryName(f.Key)!))
        {
            var folder = Path.Combine(policy, group.Key.TrimStart('/').Replace('/', '_'));
            Readable(Directory.CreateDirectory(folder).FullName);
            foreach (var (inside, content) in group)
            {
                var file = Path.Combine(folder, Path.GetFileName(inside));
                WritePolicy(file, content);
                if (group.Key == SandboxPaths.Config)
                {
                    EnsureMountPoint(config, Path.GetFileName(inside));
                    mounts.Add(new SandboxMount(file, inside));
                }
            }

            if (group.Key != SandboxPaths.Config)
            {
                mounts.Add(new SandboxMount(folder, group.Key));
            }
        }

        return mounts;
    }

    // A running agent looks at its policy: it must never find the file empty, as it is while it is written again.
    private static void WritePolicy(string file, string content)
    {
        if (!File.Exists(file) || File.ReadAllText(file) != content)
        {
            File.WriteAllText(file, content);
        }

        File.SetUnixFileMode(file, ReadableFile);
    }

    // Whatever the server's umask: the sandbox user must read its policy and reach its socket, or go without. Others
    // on this host are kept out by the data folder.
    private static void Readable(string folder) =>
        File.SetUnixFileMode(folder, ReadableFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    public void RemoveSocket(Guid taskId)
    {
        if (Directory.Exists(SocketFolder(taskId)))
        {
            Directory.Delete(SocketFolder(taskId), recursive: true);
        }
    }

    /// <summary>Removes the folders of tasks that are no more, their project having been deleted.</summary>
    public void Sweep(IReadOnlySet<Guid> known)
    {
        var tasks = Path.Combine(Root, "tasks");
        if (!Directory.Exists(tasks))
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories(tasks))
        {
            if (!Guid.TryParseExact(Path.GetFileName(folder), "N", out var id) || !known.Contains(id))
            {
                FolderRemoval.Remove(folder);
            }
        }
    }

    private string Root => Path.GetFullPath(settings.Host.DataFolder);

    // A file is mounted over another one, which must exist. The agent may have put a link of that name into its own
    // folder: it is removed unread, never followed.
    private static void EnsureMountPoint(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var info = new FileInfo(path);
        if (info.LinkTarget is not null || Directory.Exists(path))
        {
            throw new SandboxException("start_failed", "The agent's configuration folder was tampered with; start a new task.");
        }

        using (new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite))
        {
        }
    }
}
