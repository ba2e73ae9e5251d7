using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands;

/// <summary><c>aicli project files|upload|download</c></summary>
internal static class FileCommands
{
    public static Verb Files(Shell shell)
    {
        var project = ProjectCommands.Which();
        var folder = new Argument<string?>("FOLDER") { Description = "Folder inside the project (default: its root)", Arity = ArgumentArity.ZeroOrOne };
        return shell.Verb(
            "files", "List a folder of the working copy.", [project, folder],
            async (call, cancellationToken) =>
            {
                var path = call.Optional(folder)?.TrimEnd('/') is { Length: > 0 } given and not "." ? given : null;
                if (path is not null)
                    _ = Route.File(path);
                var id = await call.Finder.ProjectAsync(call.Value(project), cancellationToken);
                var reply = await call.Projects.FilesAsync(id, path, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["path", "type", "size", "modified"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)[one.Path, one.Type, one.Size?.ToString(), Moment.Of(one.ModifiedAt)])));
                return ExitCode.Ok;
            },
            "aicli project files api", "aicli project files api src/handlers");
    }

    public static Verb Upload(Shell shell)
    {
        var project = ProjectCommands.Which();
        var file = new Argument<FileInfo>("FILE") { Description = "File on this machine" };
        var path = new Argument<string?>("PATH") { Description = "Path inside the project (default: the file's name)", Arity = ArgumentArity.ZeroOrOne };
        return shell.Verb(
            "upload", "Put a file into the working copy.", [project, file, path],
            async (call, cancellationToken) =>
            {
                var from = call.Value(file);
                if (!from.Exists)
                    throw CliFailure.Usage($"There is no file '{from.FullName}'.");
                var to = call.Optional(path) is { } given ? given.EndsWith('/') ? given + from.Name : given : from.Name;
                _ = Route.File(to);
                var id = await call.Finder.ProjectAsync(call.Value(project), cancellationToken);
                await call.Projects.UploadAsync(id, to, from, cancellationToken);
                call.Reporter.Answer(
                    new Done("uploaded", id, to, from.FullName, from.Length), CliJson.Default.Done,
                    writer => writer.Line($"Uploaded {from.Name} to {to} ({from.Length} bytes)."));
                return ExitCode.Ok;
            },
            "aicli project upload api notes.md", "aicli project upload api notes.md docs/");
    }

    public static Verb Download(Shell shell)
    {
        var project = ProjectCommands.Which();
        var path = new Argument<string>("PATH") { Description = "Path inside the project" };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "File to write, - for standard output (default: the file's name, here)", HelpName = "FILE",
        };
        var force = new Option<bool>("--force") { Description = "Replace a file that is there" };
        return shell.Verb(
            "download", "Get a file of the working copy.", [project, path, output, force],
            async (call, cancellationToken) =>
            {
                var from = call.Value(path);
                _ = Route.File(from);
                var save = new Saving(call, call.Value(output) ?? Path.GetFileName(from), call.Value(force));
                var id = await call.Finder.ProjectAsync(call.Value(project), cancellationToken);
                using var answer = await call.Projects.DownloadAsync(id, from, cancellationToken);
                await save.TakeAsync(answer, from, cancellationToken);
                return ExitCode.Ok;
            },
            "aicli project download api src/app.cs", "aicli project download api build/app.zip --output /tmp/app.zip",
            "aicli project download api README.md --output - | head");
    }
}
