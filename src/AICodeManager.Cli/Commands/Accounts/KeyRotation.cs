using System.Text.Json;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>Replaces the key of this device by itself when the server says that it is time (<c>Key-Rotation-Due</c>).</summary>
internal static class KeyRotation
{
    /// <summary>After a command is done; whatever happens here is told on one line and fails nothing.</summary>
    public static async Task WhereDueAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.RotationDue is not { } due || cancellationToken.IsCancellationRequested)
            return;
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(call.Surroundings.Patience.Rotation);
        try
        {
            // Nobody is asked for proofs by something that they did not ask for.
            var quiet = call.Connection.As(call.SignIn);
            var made = await new KeyCare(quiet, call.KeyFile, call.Surroundings).RotateAsync(null, bounded.Token);
            call.Reporter.Notice($"The key of this device was due for replacement: {made.Id} signs from now on.");
        }
        catch (Exception fault) when (fault is CliFailure or OperationCanceledException or IOException or UnauthorizedAccessException or JsonException)
        {
            var why = fault is OperationCanceledException ? "there was no answer in time." : fault.Message;
            call.Reporter.Notice($"The key of this device should be replaced (due {Moment.Of(due)}) and could not be: {why}");
        }
    }
}
