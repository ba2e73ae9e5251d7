using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands;

/// <summary>Where the bytes of an answer go: a file, written whole or not at all, or standard output.</summary>
internal sealed class Saving
{
    private readonly Invocation call;
    private readonly FileInfo? file;

    /// <param name="output">A path on this machine; <c>-</c>: standard output.</param>
    /// <exception cref="CliFailure">The file is there and may not be replaced, or the bytes would spoil the JSON.</exception>
    public Saving(Invocation call, string output, bool force)
    {
        this.call = call;
        if (output is "-")
        {
            if (call.Reporter.IsJson)
                throw CliFailure.Usage("--output - and --json both want standard output; accepted is one of them.");
            return;
        }

        file = new FileInfo(output);
        if (Directory.Exists(output))
            throw CliFailure.Usage($"--output: '{output}' is a folder; accepted is a file's path, or - for standard output.");
        if (file.Exists && !force)
            throw CliFailure.Usage($"'{file.FullName}' is there already; replace it with --force, or name another file with --output.");
    }

    /// <param name="answer">Whose body is taken.</param>
    /// <param name="path">What it is, inside the project.</param>
    public async Task TakeAsync(HttpResponseMessage answer, string path, CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(call.Surroundings.Patience.Transfer);
        try
        {
            if (file is null)
            {
                await ToOutputAsync(answer, bounded.Token);
                return;
            }

            var bytes = await ToFileAsync(file, answer, bounded.Token);
            call.Reporter.Answer(
                new Done("downloaded", null, path, file.FullName, bytes), CliJson.Default.Done,
                writer => writer.Line($"Wrote {file.FullName} ({bytes} bytes)."));
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException
            || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CliFailure(ExitCode.Unreachable, $"{path} did not arrive whole: {fault.Message}");
        }
    }

    private async Task ToOutputAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var console = call.Surroundings.Console;
        if (console.OutputIsTerminal || console.OpenOutput is null)
        {
            // The bytes are a stranger's, and this is a terminal.
            call.Reporter.Human.Block(await answer.Content.ReadAsStringAsync(cancellationToken));
            return;
        }

        await using var output = console.OpenOutput();
        await answer.Content.CopyToAsync(output, cancellationToken);
    }

    private static async Task<long> ToFileAsync(FileInfo file, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var draft = Path.Combine(file.DirectoryName ?? ".", $".{file.Name}.{Guid.NewGuid():n}.part");
        try
        {
            long bytes;
            await using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await answer.Content.CopyToAsync(stream, cancellationToken);
                bytes = stream.Length;
            }

            File.Move(draft, file.FullName, overwrite: true);
            return bytes;
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
