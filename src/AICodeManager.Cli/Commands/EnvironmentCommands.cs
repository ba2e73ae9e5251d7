using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands;

/// <summary><c>aicli workspace env …</c></summary>
internal static class EnvironmentCommands
{
    public static Command Build(Shell shell) => Shell.Noun(
        "env", "Variables that a workspace's tasks find in their environment. Values are kept encrypted and never shown.",
        List(shell), Set(shell), Unset(shell));

    private static Verb List(Shell shell)
    {
        var workspace = WorkspaceCommands.Which();
        return shell.Verb(
            "list", "List the names of the variables.", [workspace],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                var reply = await call.Environments.ListAsync(id, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["name", "updated", "by"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)[one.Name, Moment.Of(one.UpdatedAt), one.UpdatedBy])));
                return ExitCode.Ok;
            },
            "aicli workspace env list payments");
    }

    private static Verb Set(Shell shell)
    {
        var workspace = WorkspaceCommands.Which();
        var name = new Argument<string>("NAME") { Description = "Letters, digits and underscores; its value is never given here" };
        var file = new Option<FileInfo?>("--value-file")
        {
            Description = "Read the value from this file (else it is asked for), without the line end at its end",
            HelpName = "FILE",
        };
        var input = new Option<bool>("--value-stdin") { Description = "Read the value from standard input, without the line end at its end" };
        return shell.Verb(
            "set", "Set a variable. Tasks that start from now on see it.", [workspace, name, file, input],
            async (call, cancellationToken) =>
            {
                var named = VariableValue.CheckedName(call.Value(name));
                var value = await VariableValue.ReadAsync(call, call.Value(file), call.Value(input), cancellationToken);
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                await call.Environments.SetAsync(id, named, value, cancellationToken);
                call.Reporter.Answer(new Done("set", named), CliJson.Default.Done, writer => writer.Line($"Set {named} in {id}."));
                return ExitCode.Ok;
            },
            "aicli workspace env set payments NPM_TOKEN", "aicli workspace env set payments NPM_TOKEN --value-file token.txt",
            "pass show npm | aicli workspace env set payments NPM_TOKEN --value-stdin");
    }

    private static Verb Unset(Shell shell)
    {
        var workspace = WorkspaceCommands.Which();
        var name = new Argument<string>("NAME") { Description = "Name of a variable" };
        return shell.Verb(
            "unset", "Remove a variable.", [workspace, name],
            async (call, cancellationToken) =>
            {
                var id = await call.Finder.WorkspaceAsync(call.Value(workspace), cancellationToken);
                await call.Environments.UnsetAsync(id, call.Value(name), cancellationToken);
                call.Reporter.Answer(
                    new Done("removed", call.Value(name)), CliJson.Default.Done, writer => writer.Line($"Removed {call.Value(name)} from {id}."));
                return ExitCode.Ok;
            },
            "aicli workspace env unset payments NPM_TOKEN");
    }
}
