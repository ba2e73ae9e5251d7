using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Credentials;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli login</c></summary>
internal static class LoginCommand
{
    public static Command Build(Shell shell)
    {
        var email = AccountCommands.Email();
        var stdin = Password.Stdin();
        var code = new Option<string?>("--code") { Description = "Second factor: a code of the authenticator, or a recovery code", HelpName = "CODE" };
        var algorithm = KeyOptions.Algorithm("ES256");
        var without = new Option<bool>("--no-key") { Description = "Do without a key: requests go unsigned" };
        var again = new Option<bool>("--re-enrol")
        {
            Description = "Without the password: a new key for this device, which the account knows, by the second factor alone",
        };
        return shell.Verb(
            "login", "Sign in and keep the login for later commands, with a key that signs them.", [email, stdin, code, algorithm, without, again],
            async (call, cancellationToken) =>
            {
                if (call.Value(without) && (call.Value(algorithm) is not null || call.Value(again)))
                    throw CliFailure.Usage("--no-key goes without a key; accepted with it is neither --key-algorithm nor --re-enrol.");
                var wanted = KeyOptions.Read(call, algorithm);
                var address = await AccountCommands.AskEmailAsync(call, email, cancellationToken);
                if (call.Value(again))
                    return await ReEnrolment.RunAsync(call, address, call.Value(code), wanted ?? KeyCare.Usual, cancellationToken);
                var password = await new Password(call).ReadAsync(call.Value(stdin), twice: false, cancellationToken);
                var device = CredentialFile.Of(call.Surroundings.Environment).DeviceFor(call.SignIn.Server, address);
                var reply = await LoginAsync(
                    call, new(address, password.Reveal(), call.Value(code), device?.Reveal()), cancellationToken);
                var login = reply.Value.ToLogin(call.SignIn.Server, call.Surroundings.Clock);
                var path = await SignIn.KeepAsync(login, address, reply.Device, call.Surroundings, cancellationToken);
                var setup = new KeySetup(call, login);
                var key = call.Value(without) ? await setup.WithoutAsync(cancellationToken) : await setup.EnsureAsync(wanted, cancellationToken);
                Answer(call, login, address, path, key, reply.Value.EndedSessions);
                return ExitCode.Ok;
            },
            "aicli login --email ada@example.org", "aicli login --server https://aicode.example.org --email ada@example.org",
            "AICLI_PASSWORD=… aicli login --email ci@example.org --json", "aicli login --email ada@example.org --re-enrol");
    }

    /// <param name="path">Where the login is kept.</param>
    /// <param name="key">What signs from now on.</param>
    public static void Answer(
        Invocation call, SavedLogin login, string address, string path, DeviceKey? key, IReadOnlyList<EndedSession>? ended)
    {
        call.Reporter.Answer(
            new SignedIn(login.Server.ToString(), login.User, login.ExpiresAt, ended, key?.Registered), CliJson.Default.SignedIn,
            writer =>
            {
                writer.Line($"Signed in at {login.Server} as {login.User?.Email ?? address}; the login is kept in {path}");
                if (key is not null)
                    writer.Line($"Requests are signed with this device's key {key.Id} ({key.Pair.Algorithm}), kept in {call.KeyFile.Path}");
            });
        foreach (var one in ended ?? [])
        {
            // Its owner should hear of a session that made room: perhaps it was not theirs.
            call.Reporter.Notice(
                $"Another session has ended to make room ({one.Reason ?? "session_limit"}): {one.Id}, begun {Moment.Of(one.CreatedAt)}"
                + $"{(one.Address is { } from ? $" from {from}" : "")}{(one.UserAgent is { } agent ? $" with {agent}" : "")}.");
        }

        if (call.SignIn.IsFromEnvironment)
            call.Reporter.Notice("AICLI_TOKEN is set and goes before this login; unset it to use the login.");
    }

    private static async Task<Reply<LoginAnswer>> LoginAsync(Invocation call, LoginRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await call.Account.LoginAsync(request, cancellationToken);
        }
        catch (CliFailure failure) when (failure.Problem?.Code is "two_factor_required" && request.Code is null)
        {
            if (!call.Questions.CanAsk)
                throw new CliFailure(failure.Exit, $"{failure.Message} Give it with --code CODE.", failure.Problem);
            var code = await FactorCode.ReadAsync(call, fromInput: false, cancellationToken);
            return await call.Account.LoginAsync(request with { Code = code }, cancellationToken);
        }
    }
}
