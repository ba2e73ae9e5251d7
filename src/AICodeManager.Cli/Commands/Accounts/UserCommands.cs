using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin users …</c>: everybody's accounts; what changes one stands in <see cref="UserChangeCommands"/>.</summary>
internal static class UserCommands
{
    public static Command Build(Shell shell) => Shell.Noun(
        "users", "Everybody's accounts.",
        [List(shell), Show(shell), Create(shell), .. UserChangeCommands.All(shell)]);

    public static Argument<string> Whom() => new("USER") { Description = "E-mail address, or id" };

    /// <summary>By id, or by the whole address in any case.</summary>
    public static async Task<string> FindAsync(Invocation call, string named, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(named, "D", out _))
            return named;
        if (!named.Contains('@'))
            throw CliFailure.Usage($"'{named}' is not a user; accepted is an e-mail address or a whole id, as 'aicli admin users list' shows them.");
        // The filter takes a part of an address: what it finds beside the one that is meant must not be taken for it.
        var like = await call.Users.ListAsync(named, null, null, cancellationToken);
        return like.Value.FirstOrDefault(one => string.Equals(one.Email, named, StringComparison.OrdinalIgnoreCase))?.Id
            ?? throw new CliFailure(ExitCode.NotFound, $"No account has the address '{named}'.");
    }

    public static void Write(HumanWriter writer, AdminUser user) => writer.Fields(
        ("email", user.Email), ("name", user.Name), ("role", user.Role), ("id", user.Id),
        ("disabled", user.Disabled ? $"since {Moment.Of(user.DisabledAt)}" : "no"), ("second factor", user.SecondFactor ? "yes" : "no"),
        ("created", Moment.Of(user.CreatedAt)));

    private static Verb List(Shell shell)
    {
        var email = new Option<string?>("--email") { Description = "Only addresses that have this part", HelpName = "PART" };
        var role = new Option<string?>("--role") { Description = "Only this role", HelpName = "ROLE" };
        var disabled = new Option<bool?>("--disabled") { Description = "Only disabled accounts; with 'false' only the others", HelpName = "true|false" };
        return shell.Verb(
            "list", "List the accounts, oldest first.", [email, role, disabled],
            async (call, cancellationToken) =>
            {
                var reply = await call.Users.ListAsync(call.Value(email), call.Value(role), call.Value(disabled), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["id", "email", "name", "role", "second factor", "disabled", "created"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)
                    [
                        one.Id, one.Email, one.Name, one.Role, one.SecondFactor ? "yes" : "no", Moment.Of(one.DisabledAt), Moment.Of(one.CreatedAt),
                    ])));
                return ExitCode.Ok;
            },
            "aicli admin users list", "aicli admin users list --role admin --disabled false");
    }

    private static Verb Show(Shell shell)
    {
        var user = Whom();
        return shell.Verb(
            "show", "Show an account.", [user],
            async (call, cancellationToken) =>
            {
                var id = await FindAsync(call, call.Value(user), cancellationToken);
                var reply = await call.Users.GetAsync(id, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
                return ExitCode.Ok;
            },
            "aicli admin users show bob@example.org");
    }

    private static Verb Create(Shell shell)
    {
        var email = new Argument<string>("EMAIL") { Description = "Address of the new account" };
        var role = new Option<string>("--role") { Description = "Its role", HelpName = "ROLE", DefaultValueFactory = _ => "user" };
        var name = new Option<string?>("--name") { Description = "Name to show", HelpName = "NAME" };
        var stdin = new Option<bool>("--password-stdin")
        {
            Description = "Read its password from standard input (else the answer has a reset token, with which its owner sets one)",
        };
        return shell.Verb(
            "create", "Create an account for somebody.", [email, role, name, stdin],
            async (call, cancellationToken) =>
            {
                var password = call.Value(stdin) ? await new Password(call).ReadAsync(fromInput: true, twice: false, cancellationToken) : null;
                var reply = await call.Users.CreateAsync(
                    new(call.Value(email), call.Value(role)!, call.Value(name), password?.Reveal()), cancellationToken);
                var made = reply.Value;
                call.Reporter.Answer(reply.Json, writer =>
                {
                    writer.Fields(("email", made.Email), ("role", made.Role), ("id", made.Id));
                    if (made.ResetToken is { } token)
                        UserChangeCommands.WriteReset(writer, token, made.ResetExpiresAt);
                });
                return ExitCode.Ok;
            },
            "aicli admin users create bob@example.org --name Bob", "aicli admin users create ci@example.org --password-stdin < secret");
    }
}
