using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli register</c>, <c>logout</c>, <c>whoami</c>.</summary>
internal static class AccountCommands
{
    public static Command Register(Shell shell)
    {
        var email = Email();
        var stdin = Password.Stdin();
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
            await call.SignIn.ForgetAsync(call.Surroundings, CancellationToken.None);
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

    public static async Task<string> AskEmailAsync(Invocation call, Option<string?> option, CancellationToken cancellationToken)
    {
        var email = call.Value(option)?.Trim();
        if (email is null && call.Questions.CanAsk)
            email = (await call.Questions.LineAsync("E-mail: ", cancellationToken))?.Trim();
        return email is { Length: > 0 } ? email
            : throw CliFailure.Usage("An e-mail address is missing; give it with --email ADDRESS.");
    }

    public static Option<string?> Email() => new("--email") { Description = "E-mail address of the account", HelpName = "ADDRESS" };
}
