using AICodeManager.Server.Ground.Http;
using AICodeManager.Server.Work.Sandbox;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Makes the working copy of a new project from its source.</summary>
public sealed class Preparation(ProjectFolders folders, ProjectSandbox sandbox, CloneEgress egress)
{
    /// <summary>For each step: unpacking, cloning, the first commit.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    // The one mount point beside the working copy that every workspace image has.
    private const string GivenPath = "/run/aicli";

    private static readonly CommitAuthor Server = new("AICode Manager", "aicli@localhost");

    /// <exception cref="PreparationException">The source could not be had; the message is for its owner.</exception>
    public async Task RunAsync(Guid project, ProjectSource source, RequestOrigin origin, CancellationToken cancel)
    {
        folders.Make(project);
        try
        {
            await (source switch
            {
                ArchiveSource archive => ExtractAsync(project, archive, cancel),
                LocalGitSource local => CloneAsync(project, local, cancel),
                RemoteGitSource remote => CloneAsync(project, remote, origin, cancel),
                _ => BaselineAsync(project, "Initial commit", cancel),
            });
        }
        catch (SandboxException fault)
        {
            throw new PreparationException(ProjectFailure.SandboxUnavailable, fault.Message);
        }
    }

    private async Task ExtractAsync(Guid project, ArchiveSource archive, CancellationToken cancel)
    {
        if (!await ArchiveForm.IsAcceptedAsync(Path.Combine(archive.Folder, ProjectFolders.UploadName), cancel))
            throw new PreparationException(ProjectFailure.ArchiveUnreadable, ArchiveForm.Accepted);
        await StepAsync(
            new ProjectSandbox.Work(project, GitScripts.Extract, Limit)
            {
                Tree = Access.Write,
                Mounts = [new SandboxMount(archive.Folder, GivenPath)],
            },
            ProjectFailure.ArchiveUnreadable, ProjectFailure.ArchiveTooLarge, cancel);
        await BaselineAsync(project, "Imported archive", cancel);
    }

    private Task BaselineAsync(Guid project, string message, CancellationToken cancel) =>
        StepAsync(
            new ProjectSandbox.Work(project, GitScripts.Baseline, Limit)
            {
                Git = Access.Write, Arguments = [message], Environment = Server.Environment(),
            },
            ProjectFailure.Internal, ProjectFailure.ArchiveTooLarge, cancel);

    private Task CloneAsync(Guid project, LocalGitSource source, CancellationToken cancel) =>
        CloneAsync(
            project, source, GivenPath, source.Branch, port: "", "file", [new SandboxMount(source.Folder, GivenPath)], cancel);

    private async Task CloneAsync(Guid project, RemoteGitSource source, RequestOrigin origin, CancellationToken cancel)
    {
        await using var way = egress.Open(project, source, origin);
        await CloneAsync(
            project, source, source.Address.AbsoluteUri, source.Branch, CloneEgress.PortInside, source.Address.Scheme,
            [new SandboxMount(way.Folder, GivenPath)], cancel);
    }

    private Task CloneAsync(
        Guid project, ProjectSource source, string from, string? branch, string port, string protocol,
        IReadOnlyList<SandboxMount> mounts, CancellationToken cancel) =>
        StepAsync(
            new ProjectSandbox.Work(project, GitScripts.Clone, Limit)
            {
                Tree = Access.Write,
                Git = Access.Write,
                Arguments = [from, source.Url!, branch ?? "", port],
                Environment = new Dictionary<string, string>(Server.Environment()) { ["GIT_ALLOW_PROTOCOL"] = protocol },
                Mounts = mounts,
            },
            ProjectFailure.CloneFailed, ProjectFailure.CloneTooLarge, cancel);

    private async Task StepAsync(ProjectSandbox.Work work, string failed, string tooLarge, CancellationToken cancel)
    {
        try
        {
            (await sandbox.RunAsync(work, cancel)).Succeeded();
        }
        catch (ProjectToolException fault)
        {
            throw new PreparationException(
                fault.Code switch
                {
                    ProjectToolException.Full => tooLarge,
                    ProjectToolException.TimedOut => ProjectFailure.TimedOut,
                    ProjectToolException.Busy or ProjectToolException.Lost => ProjectFailure.SandboxUnavailable,
                    _ => failed,
                },
                fault.Message);
        }
    }
}

/// <summary>A project's source could not be had.</summary>
/// <param name="reason">One of <see cref="ProjectFailure"/>.</param>
/// <param name="message">For the project's owner.</param>
public sealed class PreparationException(string reason, string message) : Exception(message)
{
    public string Reason { get; } = reason;
}
