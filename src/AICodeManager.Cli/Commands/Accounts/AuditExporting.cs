using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>
/// Takes an export to a file, whole or not at all, or to standard output. Lines are counted on their way and told on standard
/// error, so that a long export is seen to go on.
/// </summary>
internal static class AuditExporting
{
    private const int TellEvery = 10_000;

    public static async Task RunAsync(Invocation call, AuditQuestion question, string format, string output, bool force, CancellationToken cancellationToken)
    {
        var file = output is "-" ? null : Target(output, force);
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(call.Surroundings.Patience.Transfer);
        try
        {
            using var answer = await call.Audit.ExportAsync(question, format, bounded.Token);
            await using var from = await answer.Content.ReadAsStreamAsync(bounded.Token);
            var lines = file is null ? await ToOutputAsync(call, from, bounded.Token) : await ToFileAsync(call, file, from, bounded.Token);
            call.Reporter.Notice(file is null ? $"{lines} events." : $"{lines} events in {file.FullName}.");
        }
        catch (Exception fault) when (fault is HttpRequestException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw Broken(fault);
        }
    }

    private static FileInfo Target(string output, bool force)
    {
        var file = new FileInfo(output);
        if (Directory.Exists(output))
            throw CliFailure.Usage($"--output: '{output}' is a folder; accepted is a file's path, or - for standard output.");
        if (file.Exists && !force)
            throw CliFailure.Usage($"'{file.FullName}' is there already; replace it with --force, or name another file with --output.");
        return file;
    }

    private static async Task<long> ToOutputAsync(Invocation call, Stream from, CancellationToken cancellationToken)
    {
        var console = call.Surroundings.Console;
        if (!console.OutputIsTerminal && console.OpenOutput is { } open)
        {
            await using var to = open();
            return await CopyAsync(call, from, to, cancellationToken);
        }

        // A terminal obeys control characters, and the words in an event may be a stranger's.
        var lines = 0L;
        using var reader = new StreamReader(from);
        try
        {
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                call.Reporter.Human.Line(line);
                lines++;
            }
        }
        catch (IOException fault)
        {
            throw Broken(fault);
        }

        return lines;
    }

    private static async Task<long> ToFileAsync(Invocation call, FileInfo file, Stream from, CancellationToken cancellationToken)
    {
        var draft = Path.Combine(file.DirectoryName ?? ".", $".{file.Name}.{Guid.NewGuid():n}.part");
        try
        {
            long lines;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            // Who did what is not for every user of this machine.
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using (var to = new FileStream(draft, options))
            {
                lines = await CopyAsync(call, from, to, cancellationToken);
                to.Flush(flushToDisk: true);
            }

            File.Move(draft, file.FullName, overwrite: true);
            return lines;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private static async Task<long> CopyAsync(Invocation call, Stream from, Stream to, CancellationToken cancellationToken)
    {
        var (lines, told) = (0L, 0L);
        var portion = new byte[64 * 1024];
        while (await ReadAsync(from, portion, cancellationToken) is > 0 and var read)
        {
            await to.WriteAsync(portion.AsMemory(0, read), cancellationToken);
            lines += portion.AsSpan(0, read).Count((byte)'\n');
            if (lines / TellEvery == told)
                continue;
            told = lines / TellEvery;
            call.Reporter.Notice($"{lines} events so far.");
        }

        await to.FlushAsync(cancellationToken);
        return lines;
    }

    // A connection that breaks is not a disk that is full, though both are the same kind of exception.
    private static async Task<int> ReadAsync(Stream from, byte[] portion, CancellationToken cancellationToken)
    {
        try
        {
            return await from.ReadAsync(portion, cancellationToken);
        }
        catch (IOException fault)
        {
            throw Broken(fault);
        }
    }

    private static CliFailure Broken(Exception fault) => new(ExitCode.Unreachable, $"The export did not arrive whole: {fault.Message}");
}
