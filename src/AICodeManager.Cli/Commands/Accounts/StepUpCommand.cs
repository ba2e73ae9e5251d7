using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli step-up</c>: a fresh proof for the commands to come, where they cannot ask for one themselves.</summary>
internal static class StepUpCommand
{
    public static Verb Build(Shell shell)
    {
        var factor = new System.CommandLine.Option<bool>("--second-factor")
        {
            Description = "Prove the second factor instead of the password: a code of the authenticator, or a recovery code",
        };
        var password = Password.Stdin();
        var code = FactorCode.Stdin();
        return shell.Verb(
            "step-up", "Prove that it is still you, where the server asks for it.", [factor, password, code],
            async (call, cancellationToken) =>
            {
                var byCode = call.Value(factor) || call.Value(code);
                if (byCode && call.Value(password))
                    throw CliFailure.Usage("--password-stdin and a second factor are two proofs; accepted is one of them.");
                var proof = byCode
                    ? new ProofRequest(null, await FactorCode.ReadAsync(call, call.Value(code), cancellationToken))
                    : new ProofRequest(
                        (await new Password(call).ReadAsync(call.Value(password), twice: false, cancellationToken)).Reveal(), null);
                await call.Factors.StepUpAsync(proof, cancellationToken);
                call.Reporter.Answer(
                    new Done("proved", call.SignIn.Server.ToString()), CliJson.Default.Done, writer => writer.Line("Accepted."));
                return ExitCode.Ok;
            },
            "aicli step-up", "aicli step-up --second-factor", "oathtool --totp -b - < secret | aicli step-up --code-stdin");
    }
}
