using System.CommandLine;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli register</c>, <c>whoami</c>.</summary>
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
