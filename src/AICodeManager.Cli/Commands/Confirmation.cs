using System.CommandLine;

namespace AICodeManager.Cli.Commands;

/// <summary>Asks before something is lost. A script has nobody to ask: there the command itself is the answer.</summary>
internal static class Confirmation
{
    public static Option<bool> Yes() => new("--yes", "-y") { Description = "Do not ask" };

    public static async Task AskAsync(Invocation call, Option<bool> yes, string question, CancellationToken cancellationToken)
    {
        if (call.Value(yes) || call.Reporter.IsJson || !call.Questions.CanAsk)
            return;
        if (!await call.Questions.ConfirmAsync(question, cancellationToken))
            throw new CliFailure(ExitCode.Failed, "Nothing was done.");
    }
}
