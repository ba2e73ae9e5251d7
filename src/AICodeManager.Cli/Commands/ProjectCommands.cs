using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands;

/// <summary><c>aicli project list|create|show|delete</c>; files and changes stand in files of their own.</summary>
internal static class ProjectCommands
{
    private static readonly string[] Archives = [".tar", ".tar.gz", ".tgz", ".zip"];

    public static Command Build(Shell shell) => Shell.Noun(
        "project", "Projects: working copies that agents work on.",
        List(shell), Create(shell), Show(shell), Delete(shell),
        FileCommands.Files(shell), FileCommands.Upload(shell), FileCommands.Download(shell),
        ChangeCommands.Diff(shell), ChangeCommands.Commit(shell), ChangeCommands.Discard(shell));

    public static Argument<string> Which() => new("PROJECT") { Description = "Id, beginning of an id, or name" };

    public static Option<string> InWhich() => new("--project", "-p")
    {
        Description = "Project: id, beginning of an id, or name", HelpName = "PROJECT", Required = true,
    };

    private static Option<string> InWorkspace() => new("--workspace", "-w")
    {
        Description = "Workspace: id, beginning of an id, or name", HelpName = "WORKSPACE", Required = true,
    };

    private static Verb List(Shell shell)
    {
        var workspace = InWorkspace();
        return shell.Verb(
            "list", "List the projects of a workspace.", [workspace],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace)!, cancellationToken);
                var reply = await call.Projects.ListAsync(id, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["id", "name", "state", "created"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)[one.Id, one.Name, one.State, Moment.Of(one.CreatedAt)])));
                return ExitCode.Ok;
            },
            "aicli project list --workspace payments");
    }

    private static Verb Create(Shell shell)
    {
        var workspace = InWorkspace();
        var name = new Option<string>("--name", "-n") { Description = "Its name", HelpName = "NAME", Required = true };
        var git = new Option<string?>("--git") { Description = "Clone this repository: a URL, or a path on the server's machine", HelpName = "URL" };
        var branch = new Option<string?>("--branch") { Description = "Branch to clone (with --git)", HelpName = "BRANCH" };
        var archive = new Option<FileInfo?>("--archive") { Description = "Unpack this file: tar, tar.gz or zip", HelpName = "FILE" };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait until it is ready" };
        return shell.Verb(
            "create", "Create a project: empty, cloned, or from an archive.", [workspace, name, git, branch, archive, noWait],
            async (call, cancellationToken) =>
            {
                var source = Source(call.Value(git), call.Value(branch), call.Value(archive));
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace)!, cancellationToken);
                var made = call.Value(archive) is { } file
                    ? await call.Projects.CreateAsync(id, call.Value(name)!, file, cancellationToken)
                    : await call.Projects.CreateAsync(id, new CreateProjectRequest(call.Value(name)!, source), cancellationToken);
                if (!call.Value(noWait))
                    made = await new Preparation(call).WaitAsync(made, cancellationToken);
                call.Reporter.Answer(made.Json, writer => Write(writer, made.Value));
                return made.Value.State is "failed" ? ExitCode.Failed : ExitCode.Ok;
            },
            "aicli project create --workspace payments --name api",
            "aicli project create -w payments -n api --git https://git.example.org/api.git --branch main",
            "aicli project create -w payments -n api --archive api.tar.gz");
    }

    private static Verb Show(Shell shell)
    {
        var project = Which();
        return shell.Verb(
            "show", "Show a project.", [project],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.ProjectAsync(call.Value(project), cancellationToken);
                var reply = await call.Projects.GetAsync(id, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
                return ExitCode.Ok;
            },
            "aicli project show api");
    }

    private static Verb Delete(Shell shell)
    {
        var project = Which();
        var yes = Confirmation.Yes();
        return shell.Verb(
            "delete", "Delete a project with its working copy.", [project, yes],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.ProjectAsync(call.Value(project), cancellationToken);
                await Confirmation.AskAsync(call, yes, $"Delete project {call.Value(project)} ({id}) with its working copy?", cancellationToken);
                await call.Projects.DeleteAsync(id, cancellationToken);
                call.Reporter.Answer(new Done("deleted", id), CliJson.Default.Done, writer => writer.Line($"Deleted project {id}."));
                return ExitCode.Ok;
            },
            "aicli project delete api");
    }

    /// <exception cref="CliFailure">The options contradict each other, or the archive is not one.</exception>
    private static ProjectSource? Source(string? git, string? branch, FileInfo? archive)
    {
        if (git is not null && archive is not null)
            throw CliFailure.Usage("--git and --archive are both given; accepted is one of them, or neither for an empty project.");
        if (branch is not null && git is null)
            throw CliFailure.Usage("--branch is given without --git; a branch is accepted only for a repository to clone.");
        if (archive is not null && !Archives.Any(end => archive.Name.EndsWith(end, StringComparison.OrdinalIgnoreCase)))
            throw CliFailure.Usage($"--archive: '{archive.Name}' is not an archive; accepted are {string.Join(", ", Archives)}.");
        if (archive is { Exists: false })
            throw CliFailure.Usage($"--archive: there is no file '{archive.FullName}'.");
        if (git is null)
            return null;
        // The server's idea of a relative path would be another one.
        return new ProjectSource("git", Directory.Exists(git) ? Path.GetFullPath(git) : git, branch);
    }

    private static void Write(HumanWriter writer, Project project) => writer.Fields(
        ("id", project.Id), ("name", project.Name), ("workspace", project.WorkspaceId), ("state", project.State),
        ("reason", project.Reason), ("source", project.Source is { ValueKind: not System.Text.Json.JsonValueKind.Null } source ? source.ToString() : null),
        ("created", Moment.Of(project.CreatedAt)));
}
