using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands;

/// <summary><c>aicli project diff|commit|discard</c> and <c>aicli diff</c>: what agents changed, kept or thrown away.</summary>
internal static class ChangeCommands
{
    public static Verb Diff(Shell shell)
    {
        var project = ProjectCommands.Which();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Write the diff unchanged to this file, - for standard output (for git apply)", HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "Replace a file that is there" };
        return shell.Verb(
            "diff", "Show what was changed in the working copy.", [project, output, force],
            async (call, cancellationToken) =>
            {
                var save = call.Value(output) is { } file ? new Saving(call, file, call.Value(force)) : null;
                var id = await call.Finder.ProjectAsync(call.Value(project), cancellationToken);
                if (save is null && call.Reporter.IsJson)
                {
                    call.Reporter.Document((await call.Projects.DiffDocumentAsync(id, cancellationToken)).Json);
                    return ExitCode.Ok;
                }

                using var answer = await call.Projects.DiffAsync(id, cancellationToken);
                if (save is not null)
                    await save.TakeAsync(answer, "the diff", cancellationToken);
                else
                    await new DiffView(call.Reporter.Human).PrintAsync(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken);
                return ExitCode.Ok;
            },
            "aicli diff api", "aicli diff api --output - | git apply");
    }

    public static Verb Commit(Shell shell)
    {
        var project = ProjectCommands.Which();
        var message = new Option<string>("--message", "-m") { Description = "What the change is for", HelpName = "MESSAGE", Required = true };
        return shell.Verb(
            "commit", "Keep the changes of the working copy as a commit.", [project, message],
            async (call, cancellationToken) =>
            {
                if (string.IsNullOrWhiteSpace(call.Value(message)))
                    throw CliFailure.Usage("--message is empty; accepted is any text.");
                var id = await call.Finder.ProjectAsync(call.Value(project), cancellationToken);
                var reply = await call.Projects.CommitAsync(id, call.Value(message)!, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Line($"Committed {reply.Value.Commit}"));
                return ExitCode.Ok;
            },
            "aicli project commit api --message \"Retry failed payments\"");
    }

    public static Verb Discard(Shell shell)
    {
        var project = ProjectCommands.Which();
        var paths = new Argument<string[]>("PATH") { Description = "Only these paths (default: everything)", Arity = ArgumentArity.ZeroOrMore };
        var yes = Confirmation.Yes();
        return shell.Verb(
            "discard", "Throw the changes of the working copy away.", [project, paths, yes],
            async (call, cancellationToken) =>
            {
                var only = call.Optional(paths) ?? [];
                foreach (var path in only)
                    _ = Route.File(path.TrimEnd('/'));
                var id = await call.Finder.ProjectAsync(call.Value(project), cancellationToken);
                var what = only.Length == 0 ? "all changes" : $"the changes of {string.Join(", ", only)}";
                await Confirmation.AskAsync(call, yes, $"Throw away {what} in project {call.Value(project)} ({id})?", cancellationToken);
                await call.Projects.DiscardAsync(id, only.Length == 0 ? null : only, cancellationToken);
                call.Reporter.Answer(new Done("discarded", id), CliJson.Default.Done, writer => writer.Line($"Threw away {what}."));
                return ExitCode.Ok;
            },
            "aicli project discard api", "aicli project discard api src/app.cs --yes");
    }
}
