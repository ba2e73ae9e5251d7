using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli account totp …</c>: codes of an authenticator app as second factor.</summary>
internal static class TotpCommands
{
    /// <summary>Fewer than the five wrong codes after which a server throws the secret away.</summary>
    private const int Tries = 3;

    public static Command Build(Shell shell) => Shell.Noun(
        "totp", "Codes of an authenticator app as second factor.", Enable(shell), Confirm(shell), Disable(shell), Renew(shell));

    private static Verb Enable(Shell shell) => shell.Verb(
        "enable", "Get a secret for an authenticator app, and confirm it by a first code.", [],
        async (call, cancellationToken) =>
        {
            var begun = await call.Factors.BeginTotpAsync(cancellationToken);
            call.Reporter.Answer(begun.Json, writer =>
            {
                writer.Fields(("secret", begun.Value.Secret), ("uri", begun.Value.Uri));
                writer.Line("Put the secret or the URI into an authenticator app.");
            });
            if (call.Reporter.IsJson || !call.Questions.CanAsk)
            {
                call.Reporter.Notice("It is not in force yet; confirm it within ten minutes: aicli account totp confirm");
                return ExitCode.Ok;
            }

            Write(call, await AskAsync(call, cancellationToken));
            return ExitCode.Ok;
        },
        "aicli account totp enable", "aicli account totp enable --json | jq -r .uri | qrencode -t ansiutf8");

    private static Verb Confirm(Shell shell)
    {
        var stdin = FactorCode.Stdin();
        return shell.Verb(
            "confirm", "Put a secret in force by a code that the authenticator shows.", [stdin],
            async (call, cancellationToken) =>
            {
                var code = await FactorCode.ReadAsync(call, call.Value(stdin), cancellationToken);
                Write(call, await call.Factors.ConfirmTotpAsync(code, cancellationToken));
                return ExitCode.Ok;
            },
            "aicli account totp confirm", "oathtool --totp -b - < secret | aicli account totp confirm --code-stdin");
    }

    private static Verb Disable(Shell shell)
    {
        var yes = Confirmation.Yes();
        return shell.Verb(
            "disable", "Do without codes; the recovery codes end too.", [yes],
            async (call, cancellationToken) =>
            {
                await Confirmation.AskAsync(call, yes, "Sign in by password alone from now on?", cancellationToken);
                await call.Factors.EndTotpAsync(cancellationToken);
                call.Reporter.Answer(
                    new Done("disabled", "totp"), CliJson.Default.Done, writer => writer.Line("Codes are no longer asked for."));
                return ExitCode.Ok;
            },
            "aicli account totp disable");
    }

    private static Verb Renew(Shell shell) => shell.Verb(
        "recovery-codes", "Get new recovery codes; the old ones end.", [],
        async (call, cancellationToken) =>
        {
            Write(call, await call.Factors.RenewRecoveryCodesAsync(cancellationToken));
            return ExitCode.Ok;
        },
        "aicli account totp recovery-codes");

    private static async Task<Reply<RecoveryCodes>> AskAsync(Invocation call, CancellationToken cancellationToken)
    {
        for (var left = Tries; ; left--)
        {
            var code = await FactorCode.ReadAsync(call, fromInput: false, cancellationToken);
            try
            {
                return await call.Factors.ConfirmTotpAsync(code, cancellationToken);
            }
            catch (CliFailure failure) when (failure.Problem?.Code is "invalid_input" && left > 1)
            {
                call.Reporter.Notice(failure.Message);
            }
        }
    }

    private static void Write(Invocation call, Reply<RecoveryCodes> reply) => call.Reporter.Answer(reply.Json, writer =>
    {
        writer.Line("Recovery codes, each good once and shown only now; keep them where the authenticator is not:");
        foreach (var code in reply.Value.Codes)
            writer.Line($"  {code}");
    });
}
