using AICodeManager.Cli.Credentials;
using AICodeManager.Signatures.Keys;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli login --re-enrol</c>: a device that lost its key, and that its account knows, gets another without the password.</summary>
internal static class ReEnrolment
{
    public static async Task<ExitCode> RunAsync(
        Invocation call, string address, string? code, SignatureAlgorithm algorithm, CancellationToken cancellationToken)
    {
        var device = CredentialFile.Of(call.Surroundings.Environment).DeviceFor(call.SignIn.Server, address) ?? throw new CliFailure(
            ExitCode.NotSignedIn,
            $"This device is not one that {address} has signed in from at {call.SignIn.Server}; sign in with the password: aicli login");
        if (code is null && !call.Questions.CanAsk)
            throw CliFailure.Usage("A code of the second factor is missing and there is no terminal to ask on; give it with --code CODE.");
        code ??= await FactorCode.ReadAsync(call, fromInput: false, cancellationToken);
        var (key, user) = await call.KeyCare.ReEnrolAsync(address, device, code.Trim(), algorithm, cancellationToken);
        var login = new SavedLogin(call.SignIn.Server, null, null, null, user);
        var path = await SignIn.KeepAsync(login, address, device: null, call.Surroundings, cancellationToken);
        LoginCommand.Answer(call, login, address, path, key, ended: null);
        call.Reporter.Notice("There is no session: what asks for one, or for a fresh proof, takes 'aicli login' with the password.");
        return ExitCode.Ok;
    }
}
