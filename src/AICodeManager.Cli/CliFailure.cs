using AICodeManager.Cli.Api;

namespace AICodeManager.Cli;

/// <summary>Ends a command with an exit code and one line that says what is wrong and what is accepted.</summary>
/// <remarks>The message may carry a server's words: whoever prints it passes it through <see cref="Output.TerminalText"/>.</remarks>
internal sealed class CliFailure(ExitCode exit, string message, ApiProblem? problem = null) : Exception(message)
{
    public ExitCode Exit { get; } = exit;

    /// <summary>The server's refusal, where the failure is one.</summary>
    public ApiProblem? Problem { get; } = problem;

    public static CliFailure Usage(string message) => new(ExitCode.Usage, message);
}
