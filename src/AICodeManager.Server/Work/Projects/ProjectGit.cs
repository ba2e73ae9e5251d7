using System.Text;

namespace AICodeManager.Server.Work.Projects;

/// <summary>Git on a working copy: always in a sandbox, never on the host.</summary>
public sealed class ProjectGit(ProjectSandbox sandbox, long diffLimit)
{
    private const int SummaryLimit = 4 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The working copy against its last commit, files that Git does not know yet included. Changes nothing.</summary>
    /// <exception cref="ProjectToolException">Git failed, or took longer than two minutes.</exception>
    /// <exception cref="Sandbox.SandboxException">No sandbox could be started.</exception>
    public async Task<ProjectDiff> DiffAsync(Guid projectId, CancellationToken cancel)
    {
        var run = await sandbox.RunAsync(
            new ProjectSandbox.Work(projectId, GitScripts.Diff, Limit)
            {
                // One byte more than is kept tells that there was more.
                Arguments = [SummaryLimit.ToString(), (diffLimit + 1).ToString()],
                MaxOutput = diffLimit + SummaryLimit + 256,
            }, cancel);
        return ProjectDiff.Read(run.Succeeded(), diffLimit, SummaryLimit);
    }

    /// <summary>Records all changes; null when there are none. The caller holds the working copy.</summary>
    /// <exception cref="ProjectToolException">As for <see cref="DiffAsync"/>, or <c>project_full</c>.</exception>
    public async Task<ProjectCommit?> CommitAsync(Guid projectId, CommitAuthor author, string message, CancellationToken cancel)
    {
        var work = new ProjectSandbox.Work(projectId, GitScripts.Commit, Limit)
        {
            Git = Access.Write,
            DoneIsDone = true,
            Environment = author.Environment(),
            Input = Encoding.UTF8.GetBytes(message),
        };
        ToolRun run;
        try
        {
            run = await sandbox.RunAsync(work, cancel);
        }
        catch (ProjectToolException full) when (full.Code == ProjectToolException.Full)
        {
            // What was written belongs to no commit; left there it would end every later commit at once.
            await sandbox.RunAsync(new ProjectSandbox.Work(projectId, GitScripts.Prune, Limit) { Git = Access.Shrink }, cancel);
            throw;
        }

        if (run.ExitCode == GitScripts.NothingToDo)
            return null;
        var lines = Encoding.ASCII.GetString(run.Succeeded().Output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines is [var commit, var files]
            ? new ProjectCommit(commit, long.Parse(files), run.Errors)
            : throw new ProjectToolException(ProjectToolException.Failed, "Git made a commit but did not tell which.");
    }

    /// <summary>Throws changes away: all, or those beneath some paths. Ignored files stay. The caller holds the working copy.</summary>
    public async Task DiscardAsync(Guid projectId, IReadOnlyList<BeneathPath>? paths, CancellationToken cancel)
    {
        var run = await sandbox.RunAsync(
            new ProjectSandbox.Work(projectId, paths is null ? GitScripts.DiscardAll : GitScripts.DiscardPaths, Limit)
            {
                Arguments = [.. paths?.Select(p => p.Text) ?? []],
                // It must also help where the working copy has grown past its bound, and a commit's content is bounded.
                Tree = Access.Shrink,
                Git = Access.Shrink,
            }, cancel);
        run.Succeeded();
    }

    /// <summary>The commit that the working copy stands on: what a task's changes are compared with.</summary>
    public async Task<string> HeadAsync(Guid projectId, CancellationToken cancel) =>
        Encoding.ASCII.GetString(
            (await sandbox.RunAsync(new ProjectSandbox.Work(projectId, GitScripts.Head, Limit), cancel)).Succeeded().Output).Trim();
}

/// <summary>A commit that was made.</summary>
/// <param name="Commit">Its object name.</param>
/// <param name="Files">How many files differ from the commit before.</param>
/// <param name="Warnings">Files that could not be read, and nested repositories, in Git's words; they are left out.</param>
public sealed record ProjectCommit(string Commit, long Files, IReadOnlyList<string> Warnings);

/// <summary>Who made a commit, as Git writes it.</summary>
public sealed record CommitAuthor(string Name, string Email)
{
    internal IReadOnlyDictionary<string, string> Environment()
    {
        var (name, email) = (Clean(Name, "user"), Clean(Email, "user@localhost"));
        return new Dictionary<string, string>
        {
            ["GIT_AUTHOR_NAME"] = name, ["GIT_AUTHOR_EMAIL"] = email,
            ["GIT_COMMITTER_NAME"] = name, ["GIT_COMMITTER_EMAIL"] = email,
        };
    }

    // '<', '>' and line ends are the grammar of a commit's author line; Git refuses a name of nothing but marks.
    private static string Clean(string text, string otherwise)
    {
        var clean = string.Concat(text.Where(c => !char.IsControl(c) && c is not ('<' or '>'))).Trim();
        return clean.Any(char.IsLetterOrDigit) ? clean[..Math.Min(clean.Length, 200)] : otherwise;
    }
}
