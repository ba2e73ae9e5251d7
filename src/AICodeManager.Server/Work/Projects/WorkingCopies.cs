using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Projects;

/// <summary>How working copies appear inside sandboxes.</summary>
public sealed class WorkingCopies(ProjectFolders folders, Settings settings)
{
    public const string WorkPath = "/workspace", GitPath = "/workspace/.git";

    /// <summary>How large a working copy may grow; Git's folder beside it may have the same bytes.</summary>
    public FolderBound Bound => new(settings.Projects.SizeLimit, settings.Projects.FilesLimit);

    // Every file may be an object of its own until it is packed, and each object has a folder of 256 above it.
    private FolderBound GitBound => new(settings.Projects.SizeLimit, (settings.Projects.FilesLimit * 2) + 1000);

    /// <summary>
    /// For an agent: the working copy to change, Git's folder to read. What an agent could write there (hooks,
    /// configuration, history) would outlive its task.
    /// </summary>
    public IReadOnlyList<SandboxMount> AgentMounts(Guid projectId) => Mounts(projectId, Access.Write, Access.Read);

    internal IReadOnlyList<SandboxMount> Mounts(Guid projectId, Access tree, Access git)
    {
        folders.Reopen(projectId);
        return
        [
            new(folders.Work(projectId), WorkPath, tree != Access.Read, tree == Access.Write ? Bound : null),
            new(folders.Git(projectId), GitPath, git != Access.Read, git == Access.Write ? GitBound : null),
        ];
    }
}

/// <summary>What a sandbox may do with one of a project's two folders.</summary>
internal enum Access
{
    Read,
    Write,

    /// <summary>Write although it is over its bound: for work that only removes.</summary>
    Shrink,
}
