using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Credentials;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands;

/// <summary><c>aicli register</c>, <c>login</c>, <c>logout</c>, <c>whoami</c>.</summary>
internal static class AccountCommands
{
    public static Command Register(Shell shell)
    {
        var email = Email();
        var stdin = PasswordStdin();
        var name = new Option<string?>("--name") { Description = "Name to show", HelpName = "NAME" };
        return shell.Verb(
            "register", "Create an account.", [email, name, stdin],
            async (call, cancellationToken) =>
            {
                var address = await AskEmailAsync(call, email, cancellationToken);
                var password = await new Password(call).ReadAsync(call.Value(stdin), twice: true, cancellationToken);
                var reply = await call.Account.RegisterAsync(new(address, password.Reveal(), call.Value(name)), cancellationToken);
                call.Reporter.Answer(reply.Json, writer =>
                {
                    writer.Line($"Registered {reply.Value.Email} at {call.SignIn.Server}.");
                    writer.Line($"Sign in: aicli login --email {reply.Value.Email} --server {call.SignIn.Server}");
                });
                return ExitCode.Ok;
            },
            "aicli register --email ada@example.org --name Ada", "pass show aicode | aicli register --email ada@example.org --password-stdin");
    }

    public static Command Login(Shell shell)
    {
        var email = Email();
        var stdin = PasswordStdin();
        var code = new Option<string?>("--code") { Description = "Second factor: a code of the authenticator, or a recovery code", HelpName = "CODE" };
        return shell.Verb(
            "login", "Sign in and keep the login for later commands.", [email, stdin, code],
            async (call, cancellationToken) =>
            {
                var address = await AskEmailAsync(call, email, cancellationToken);
                var password = await new Password(call).ReadAsync(call.Value(stdin), twice: false, cancellationToken);
                var reply = await LoginAsync(call, new(address, password.Reveal(), call.Value(code)), cancellationToken);
                var login = reply.Value.ToLogin(call.SignIn.Server, call.Surroundings.Clock);
                var file = CredentialFile.Of(call.Surroundings.Environment);
                file.Save(login);
                call.Reporter.Answer(
                    new SignedIn(login.Server.ToString(), login.User, login.ExpiresAt), CliJson.Default.SignedIn,
                    writer => writer.Line($"Signed in at {login.Server} as {login.User?.Email ?? address}; the login is kept in {file.Path}"));
                if (call.SignIn.IsFromEnvironment)
                    call.Reporter.Notice("AICLI_TOKEN is set and goes before this login; unset it to use the login.");
                return ExitCode.Ok;
            },
            "aicli login --email ada@example.org", "aicli login --server https://aicode.example.org --email ada@example.org",
            "AICLI_PASSWORD=… aicli login --email ci@example.org --json");
    }

    public static Command Logout(Shell shell) => shell.Verb(
        "logout", "End the login, here and on the server.", [],
        async (call, cancellationToken) =>
        {
            var signIn = call.SignIn;
            if (signIn.Token is null)
            {
                call.Reporter.Answer(new Done("not_signed_in"), CliJson.Default.Done, writer => writer.Line($"Not signed in at {signIn.Server}."));
                return ExitCode.Ok;
            }

            // Forgotten here in any case: a server that is away must not keep a login on this machine.
            await EndAsync(call, cancellationToken);
            call.Reporter.Answer(
                new Done("signed_out", signIn.Server.ToString()), CliJson.Default.Done, writer => writer.Line($"Signed out at {signIn.Server}."));
            return ExitCode.Ok;
        },
        "aicli logout");

    private static async Task EndAsync(Invocation call, CancellationToken cancellationToken)
    {
        try
        {
            await call.Account.LogoutAsync(cancellationToken);
        }
        catch (CliFailure failure) when (failure.Exit is ExitCode.NotSignedIn)
        {
            // Already ended there, which is what was asked for.
        }
        catch (CliFailure failure)
        {
            var forgotten = call.SignIn.IsFromEnvironment ? "" : "The login is forgotten here, but ";
            throw new CliFailure(failure.Exit, $"{forgotten}the server did not end it: {failure.Message}", failure.Problem);
        }
        finally
        {
            if (!call.SignIn.IsFromEnvironment)
                CredentialFile.Of(call.Surroundings.Environment).Delete();
        }
    }

    public static Command WhoAmI(Shell shell) => shell.Verb(
        "whoami", "Show who is signed in, and where.", [],
        async (call, cancellationToken) =>
        {
            var reply = await call.Account.WhoAmIAsync(cancellationToken);
            call.Reporter.Answer(reply.Json, writer => writer.Fields(
                ("email", reply.Value.Email), ("name", reply.Value.Name), ("role", reply.Value.Role), ("id", reply.Value.Id),
                ("server", call.SignIn.Server.ToString())));
            return ExitCode.Ok;
        },
        "aicli whoami", "aicli whoami --json");

    private static async Task<Reply<LoginAnswer>> LoginAsync(Invocation call, LoginRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await call.Account.LoginAsync(request, cancellationToken);
        }
        catch (CliFailure failure) when (failure.Problem?.Code is "two_factor_required" && request.Code is null && call.Questions.CanAsk)
        {
            var code = await call.Questions.LineAsync("Code of the authenticator: ", cancellationToken);
            return await call.Account.LoginAsync(request with { Code = code?.Trim() }, cancellationToken);
        }
    }

    private static async Task<string> AskEmailAsync(Invocation call, Option<string?> option, CancellationToken cancellationToken)
    {
        var email = call.Value(option)?.Trim();
        if (email is null && call.Questions.CanAsk)
            email = (await call.Questions.LineAsync("E-mail: ", cancellationToken))?.Trim();
        return email is { Length: > 0 } ? email
            : throw CliFailure.Usage("An e-mail address is missing; give it with --email ADDRESS.");
    }

    private static Option<string?> Email() => new("--email") { Description = "E-mail address of the account", HelpName = "ADDRESS" };

    private static Option<bool> PasswordStdin() => new("--password-stdin")
    {
        Description = "Read the password from standard input (else AICLI_PASSWORD, else it is asked for)",
    };
}
