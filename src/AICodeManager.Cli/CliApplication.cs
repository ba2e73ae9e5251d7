using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text.Json;
using AICodeManager.Cli.Commands;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli;

/// <summary>aicli: the command-line client of AICode Manager.</summary>
internal static class CliApplication
{
    /// <summary>Runs one command line to its exit code (see <see cref="ExitCode"/>).</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, CliSurroundings surroundings, CancellationToken cancellationToken)
    {
        var console = surroundings.Console;
        var shell = new Shell(surroundings);
        // A prompt may begin with '@' ("@README.md explain"): it is text, not a response file.
        var parsed = CommandTree.Build(shell).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var reporter = new Reporter(console, json: args.Contains("--json"));
        try
        {
            if (parsed.Action is ParseErrorAction or null)
                throw UsageErrors.Of(parsed);
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = console.Out,
                    Error = console.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            reporter.Notice("Interrupted.");
            return (int)ExitCode.Interrupted;
        }
        catch (CliFailure failure)
        {
            reporter.Failure(failure);
            return (int)failure.Exit;
        }
        catch (JsonException fault)
        {
            reporter.Failure(new CliFailure(
                ExitCode.Failed, $"The server's answer is not what this aicli understands: {fault.Message}"));
            return (int)ExitCode.Failed;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            reporter.Failure(new CliFailure(ExitCode.Failed, fault.Message));
            return (int)ExitCode.Failed;
        }
    }
}
