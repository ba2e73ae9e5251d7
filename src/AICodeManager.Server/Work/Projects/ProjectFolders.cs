using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Projects;

/// <summary>
/// Where projects lie on this host: <c>projects/{id}/work</c>, the working copy, and <c>projects/{id}/git</c>, Git's
/// folder, which no agent may write. Both belong to the sandbox user; the folders above them do not.
/// </summary>
public sealed class ProjectFolders
{
    /// <summary>The file in an upload's folder.</summary>
    public const string UploadName = "upload";

    private const UnixFileMode Ours = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passable = Ours | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private readonly string root;
    private readonly string uploads;
    private readonly SandboxProfile profile;

    public ProjectFolders(Settings settings, SandboxProfile profile)
    {
        var data = Path.GetFullPath(settings.Host.DataFolder);
        (root, uploads, this.profile) = (Path.Combine(data, "projects"), Path.Combine(data, "uploads"), profile);
    }

    /// <summary>The user that working copies belong to; null where this server may not give files away.</summary>
    public int? Owner => Posix.IsRoot ? profile.UserId : null;

    public string Work(Guid project) => Path.Combine(root, project.ToString("D"), "work");

    public string Git(Guid project) => Path.Combine(root, project.ToString("D"), "git");

    /// <summary>A new folder for one upload, whose file is named <see cref="UploadName"/>; the caller removes it.</summary>
    public string NewUpload()
    {
        Directory.CreateDirectory(uploads, Passable);
        return Directory.CreateDirectory(Path.Combine(uploads, Guid.NewGuid().ToString("N")), Passable).FullName;
    }

    /// <summary>Makes the two empty folders of a new project.</summary>
    public void Make(Guid project)
    {
        Directory.CreateDirectory(root, Passable);
        Directory.CreateDirectory(Path.Combine(root, project.ToString("D")), Passable);
        // Git's folder is mounted over this one; it must be there, since some sandboxes may not make it.
        foreach (var folder in (string[])[Work(project), Path.Combine(Work(project), ".git"), Git(project)])
        {
            Directory.CreateDirectory(folder, Ours);
            if (Owner is { } user)
            {
                using var opened = Posix.OpenFolder(folder);
                _ = Posix.Give(opened, user) is 0 ? 0 : throw new IOException("A new project folder could not be given to the sandbox user.");
            }
        }
    }

    /// <summary>Gives back the rights that an agent may have taken from the working copy's own folder.</summary>
    public void Reopen(Guid project) => File.SetUnixFileMode(Work(project), Ours);

    /// <summary>Removes everything of a project.</summary>
    /// <exception cref="IOException">Something remains.</exception>
    public void Remove(Guid project)
    {
        var folder = Path.Combine(root, project.ToString("D"));
        FolderRemoval.Remove(folder);
    }

    /// <summary>What an earlier process left: uploads, and folders of projects that are no longer known.</summary>
    public void Sweep(IReadOnlySet<Guid> known)
    {
        if (Directory.Exists(uploads))
        {
            foreach (var folder in Directory.EnumerateDirectories(uploads))
                Directory.Delete(folder, recursive: true);
        }

        if (!Directory.Exists(root))
            return;
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            if (Guid.TryParseExact(Path.GetFileName(folder), "D", out var id) && !known.Contains(id))
                FolderRemoval.Remove(folder);
        }
    }
}
