using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands;

/// <summary><c>aicli workspace …</c></summary>
internal static class WorkspaceCommands
{
    public static Command Build(Shell shell)
    {
        var workspace = Shell.Noun(
            "workspace", "Workspaces: each has its own sandbox, members and environment.",
            List(shell), Create(shell), Show(shell), Rename(shell), AuditContent(shell), Delete(shell), MemberCommands.Build(shell),
            EnvironmentCommands.Build(shell));
        workspace.Aliases.Add("workspaces");
        return workspace;
    }

    public static Argument<string> Which() => new("WORKSPACE") { Description = "Id, beginning of an id, or name" };

    private static Verb List(Shell shell) => shell.Verb(
        "list", "List the workspaces.", [],
        async (call, cancellationToken) =>
        {
            var reply = await call.Workspaces.ListAsync(cancellationToken);
            call.Reporter.Answer(reply.Json, writer => writer.Table(
                ["id", "name", "role", "created"],
                reply.Value.Select(one => (IReadOnlyList<string?>)[one.Id, one.Name, one.Role, Moment.Of(one.CreatedAt)])));
            return ExitCode.Ok;
        },
        "aicli workspace list", "aicli workspace list --json | jq -r '.items[].name'");

    private static Verb Create(Shell shell)
    {
        var name = new Argument<string>("NAME") { Description = "Its name" };
        return shell.Verb(
            "create", "Create a workspace.", [name],
            async (call, cancellationToken) =>
            {
                var reply = await call.Workspaces.CreateAsync(call.Value(name), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
                return ExitCode.Ok;
            },
            "aicli workspace create payments");
    }

    private static Verb Show(Shell shell)
    {
        var workspace = Which();
        return shell.Verb(
            "show", "Show a workspace.", [workspace],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                var reply = await call.Workspaces.GetAsync(id, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
                return ExitCode.Ok;
            },
            "aicli workspace show payments");
    }

    private static Verb Rename(Shell shell)
    {
        var workspace = Which();
        var name = new Argument<string>("NAME") { Description = "The new name" };
        return shell.Verb(
            "rename", "Give a workspace another name.", [workspace, name],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                await call.Workspaces.RenameAsync(id, call.Value(name), cancellationToken);
                call.Reporter.Answer(new Done("renamed", id), CliJson.Default.Done, writer => writer.Line($"Renamed {id} to {call.Value(name)}."));
                return ExitCode.Ok;
            },
            "aicli workspace rename payments billing");
    }

    private static Verb AuditContent(Shell shell)
    {
        var workspace = Which();
        var wanted = new Argument<string>("on|off") { Description = "Whether the content itself is kept" };
        wanted.AcceptOnlyFromAmong("on", "off");
        return shell.Verb(
            "audit-content", "Let the audit keep prompts and tool calls themselves, beside their hashes, or no longer.", [workspace, wanted],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                var now = await call.Workspaces.GetAsync(id, cancellationToken);
                await call.Workspaces.AuditContentAsync(id, now.Value.Name, call.Value(wanted) == "on", cancellationToken);
                call.Reporter.Answer(
                    new Done($"audit_content_{call.Value(wanted)}", id), CliJson.Default.Done,
                    writer => writer.Line($"The audit of {id} is kept {(call.Value(wanted) == "on" ? "with" : "without")} content."));
                return ExitCode.Ok;
            },
            "aicli workspace audit-content payments on");
    }

    private static Verb Delete(Shell shell)
    {
        var workspace = Which();
        var yes = Confirmation.Yes();
        return shell.Verb(
            "delete", "Delete a workspace with all its projects.", [workspace, yes],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                await Confirmation.AskAsync(call, yes, $"Delete workspace {call.Value(workspace)} ({id}) with all its projects?", cancellationToken);
                await call.Workspaces.DeleteAsync(id, cancellationToken);
                call.Reporter.Answer(new Done("deleted", id), CliJson.Default.Done, writer => writer.Line($"Deleted workspace {id}."));
                return ExitCode.Ok;
            },
            "aicli workspace delete payments", "aicli workspace delete 0196f2c4 --yes");
    }

    private static void Write(HumanWriter writer, Workspace workspace) => writer.Fields(
        ("id", workspace.Id), ("name", workspace.Name), ("role", workspace.Role), ("audit content", workspace.AuditContent switch { true => "kept", false => "by hash", null => null }),
        ("created", Moment.Of(workspace.CreatedAt)));
}
