using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin users role|disable|enable|logout|reset-password</c>; all in force with the user's next request.</summary>
internal static class UserChangeCommands
{
    public static IReadOnlyList<Command> All(Shell shell) =>
    [
        ChangeRole(shell), Switch(shell, "disable", "Disable an account: it is signed out and cannot sign in.", disabled: true),
        Switch(shell, "enable", "Enable a disabled account.", disabled: false), Logout(shell), ResetPassword(shell),
    ];

    public static void WriteReset(HumanWriter writer, string token, DateTimeOffset? expires)
    {
        writer.Fields(("reset token", token), ("good until", Moment.Of(expires)));
        writer.Line("Hand it over; its owner sets a password with: aicli account reset-password");
    }

    private static Verb ChangeRole(Shell shell)
    {
        var user = UserCommands.Whom();
        var role = new Argument<string>("ROLE") { Description = "The role from now on" };
        return shell.Verb(
            "role", "Give an account another role.", [user, role],
            (call, cancellationToken) => UpdateAsync(call, call.Value(user), new(Role: call.Value(role)), cancellationToken),
            "aicli admin users role bob@example.org admin");
    }

    private static Verb Switch(Shell shell, string name, string description, bool disabled)
    {
        var user = UserCommands.Whom();
        return shell.Verb(
            name, description, [user],
            (call, cancellationToken) => UpdateAsync(call, call.Value(user), new(Disabled: disabled), cancellationToken),
            $"aicli admin users {name} bob@example.org");
    }

    private static Verb Logout(Shell shell)
    {
        var user = UserCommands.Whom();
        return shell.Verb(
            "logout", "End every session of an account.", [user],
            async (call, cancellationToken) =>
            {
                var id = await UserCommands.FindAsync(call, call.Value(user), cancellationToken);
                await call.Users.LogoutAsync(id, cancellationToken);
                call.Reporter.Answer(
                    new Done("signed_out", id), CliJson.Default.Done, writer => writer.Line($"Every session of {call.Value(user)} has ended."));
                return ExitCode.Ok;
            },
            "aicli admin users logout bob@example.org");
    }

    private static Verb ResetPassword(Shell shell)
    {
        var user = UserCommands.Whom();
        return shell.Verb(
            "reset-password", "Issue a token with which the account's owner sets a new password; the one before ends.", [user],
            async (call, cancellationToken) =>
            {
                var id = await UserCommands.FindAsync(call, call.Value(user), cancellationToken);
                var reply = await call.Users.ResetPasswordAsync(id, cancellationToken);
                call.Reporter.Answer(reply.Json, writer => WriteReset(writer, reply.Value.ResetToken, reply.Value.ExpiresAt));
                return ExitCode.Ok;
            },
            "aicli admin users reset-password bob@example.org");
    }

    private static async Task<ExitCode> UpdateAsync(
        Invocation call, string named, UpdateUserRequest change, CancellationToken cancellationToken)
    {
        var id = await UserCommands.FindAsync(call, named, cancellationToken);
        var reply = await call.Users.UpdateAsync(id, change, cancellationToken);
        call.Reporter.Answer(reply.Json, writer => UserCommands.Write(writer, reply.Value));
        return ExitCode.Ok;
    }
}
