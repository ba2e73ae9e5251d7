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
        return shell.Verb(
            "login", "Sign in and keep the login for later commands.", [email, stdin, code],
            async (call, cancellationToken) =>
            {
                var address = await AccountCommands.AskEmailAsync(call, email, cancellationToken);
                var password = await new Password(call).ReadAsync(call.Value(stdin), twice: false, cancellationToken);
                var device = CredentialFile.Of(call.Surroundings.Environment).DeviceFor(call.SignIn.Server, address);
                var reply = await LoginAsync(
                    call, new(address, password.Reveal(), call.Value(code), device?.Reveal()), cancellationToken);
                var login = reply.Value.ToLogin(call.SignIn.Server, call.Surroundings.Clock);
                var path = await SignIn.KeepAsync(login, address, reply.Device, call.Surroundings, cancellationToken);
                call.Reporter.Answer(
                    new SignedIn(login.Server.ToString(), login.User, login.ExpiresAt, reply.Value.EndedSessions), CliJson.Default.SignedIn,
                    writer => writer.Line($"Signed in at {login.Server} as {login.User?.Email ?? address}; the login is kept in {path}"));
                Notice(call, reply.Value.EndedSessions ?? []);
                if (call.SignIn.IsFromEnvironment)
                    call.Reporter.Notice("AICLI_TOKEN is set and goes before this login; unset it to use the login.");
                return ExitCode.Ok;
            },
            "aicli login --email ada@example.org", "aicli login --server https://aicode.example.org --email ada@example.org",
            "AICLI_PASSWORD=… aicli login --email ci@example.org --json");
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

    /// <summary>Its owner should hear of a session that made room: perhaps it was not theirs.</summary>
    private static void Notice(Invocation call, IReadOnlyList<EndedSession> ended)
    {
        foreach (var one in ended)
            call.Reporter.Notice(
                $"Another session has ended to make room ({one.Reason ?? "session_limit"}): {one.Id}, begun {Moment.Of(one.CreatedAt)}"
                + $"{(one.Address is { } address ? $" from {address}" : "")}{(one.UserAgent is { } agent ? $" with {agent}" : "")}.");
    }
}
