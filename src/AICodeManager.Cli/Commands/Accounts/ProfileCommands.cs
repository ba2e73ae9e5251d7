using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli account …</c>: one's own account; second factors stand in files of their own.</summary>
internal static class ProfileCommands
{
    public static Command Build(Shell shell) => Shell.Noun(
        "account", "Your own account: name, password, second factors.",
        Show(shell), Name(shell), ChangePassword(shell), ResetPassword(shell), TotpCommands.Build(shell), PasskeyCommands.Build(shell));

    private static Verb Show(Shell shell) => shell.Verb(
        "show", "Show your account.", [],
        async (call, cancellationToken) =>
        {
            var reply = await call.Account.WhoAmIAsync(cancellationToken);
            call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
            return ExitCode.Ok;
        },
        "aicli account show");

    private static Verb Name(Shell shell)
    {
        var name = new Argument<string>("NAME") { Description = "The new name to show" };
        return shell.Verb(
            "name", "Give your account another name.", [name],
            async (call, cancellationToken) =>
            {
                var reply = await call.Account.RenameAsync(call.Value(name), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value));
                return ExitCode.Ok;
            },
            "aicli account name \"Ada L.\"");
    }

    private static Verb ChangePassword(Shell shell)
    {
        var stdin = new Option<bool>("--password-stdin")
        {
            Description = "Read two lines from standard input: the current password, then the new one (else they are asked for)",
        };
        return shell.Verb(
            "password", "Change your password; every other session of yours ends.", [stdin],
            async (call, cancellationToken) =>
            {
                var (current, wanted) = await new Password(call).ReadChangeAsync("Current password", call.Value(stdin), cancellationToken);
                var device = await call.Account.ChangePasswordAsync(new(current.Reveal(), wanted.Reveal()), cancellationToken);
                if (device is not null)
                    await call.SignIn.KeepDeviceAsync(device, call.Surroundings, CancellationToken.None);
                call.Reporter.Answer(
                    new Done("password_changed"), CliJson.Default.Done,
                    writer => writer.Line("The password is changed; all other sessions have ended."));
                return ExitCode.Ok;
            },
            "aicli account password", "printf '%s\\n%s' \"$OLD\" \"$NEW\" | aicli account password --password-stdin");
    }

    private static Verb ResetPassword(Shell shell)
    {
        var stdin = new Option<bool>("--password-stdin")
        {
            Description = "Read two lines from standard input: the reset token, then the new password (else they are asked for)",
        };
        return shell.Verb(
            "reset-password", "Set a new password with the reset token that an administrator gave you.", [stdin],
            async (call, cancellationToken) =>
            {
                var (token, wanted) = await new Password(call).ReadChangeAsync("Reset token", call.Value(stdin), cancellationToken);
                await call.Account.ResetPasswordAsync(new(token.Reveal().Trim(), wanted.Reveal()), cancellationToken);
                call.Reporter.Answer(
                    new Done("password_changed"), CliJson.Default.Done,
                    writer => writer.Line("The password is set; all sessions have ended. Sign in with: aicli login"));
                return ExitCode.Ok;
            },
            "aicli account reset-password --server https://aicode.example.org");
    }

    private static void Write(HumanWriter writer, User user) => writer.Fields(
        ("email", user.Email), ("name", user.Name), ("role", user.Role), ("id", user.Id), ("created", Moment.Of(user.CreatedAt)));
}
