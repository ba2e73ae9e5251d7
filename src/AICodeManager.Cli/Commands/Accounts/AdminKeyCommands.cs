using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin keys …</c> and <c>aicli admin caches clear</c>: everybody's devices, and the emergency.</summary>
internal static class AdminKeyCommands
{
    public static Command Keys(Shell shell) => Shell.Noun(
        "keys", "Everybody's devices.",
        List(shell), Revoke(shell),
        Change(shell, "rotate", "Have a key replaced by its device, within 7 days.", "rotation_forced", (api, id, cancel) => api.ForceRotationAsync(id, cancel)),
        Change(shell, "resume", "Lift the suspension of a key.", "resumed", (api, id, cancel) => api.ResumeAsync(id, cancel)));

    public static Command Caches(Shell shell) => Shell.Noun(
        "caches", "What nodes and stores remember of users and keys.",
        shell.Verb(
            "clear", "Emergency: have nothing believed that any node remembers of users and keys. Nobody is signed out.", [],
            async (call, cancellationToken) =>
            {
                await call.AdminKeys.ClearCachesAsync(cancellationToken);
                call.Reporter.Answer(new Done("cleared", "caches"), CliJson.Default.Done, writer => writer.Line("Every cache is cleared."));
                return ExitCode.Ok;
            },
            "aicli admin caches clear"));

    private static Verb List(Shell shell)
    {
        var user = Whose();
        return shell.Verb(
            "list", "List devices' keys, newest first.", [user],
            async (call, cancellationToken) =>
            {
                var reply = await call.AdminKeys.ListAsync(await UserAsync(call, user, cancellationToken), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["id", "user", "name", "algorithm", "custody", "created", "last used", "state"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)
                    [
                        one.KeyId, one.UserId, one.Name, one.Algorithm, one.Custody, Moment.Of(one.CreatedAt), Moment.Of(one.LastUsedAt),
                        KeyCommands.State(one),
                    ])));
                return ExitCode.Ok;
            },
            "aicli admin keys list --user bob@example.org", "aicli admin keys list");
    }

    private static Verb Revoke(Shell shell)
    {
        var key = new Argument<string?>("KEY") { Description = "Whole id", Arity = ArgumentArity.ZeroOrOne };
        var user = Whose();
        var reason = new Option<string?>("--reason") { Description = "Why, for the owner and the audit", HelpName = "TEXT" };
        return shell.Verb(
            "revoke", "Revoke a key, or every key of an account, for good.", [key, user, reason],
            async (call, cancellationToken) =>
            {
                var done = (call.Optional(key), await UserAsync(call, user, cancellationToken)) switch
                {
                    ({ Length: > 0 } id, null) => await OneAsync(call, Whole(id), call.Value(reason), cancellationToken),
                    (null, { } whose) => await AllAsync(call, whose, call.Value(reason), cancellationToken),
                    _ => throw CliFailure.Usage("Which key is to be revoked? Accepted is exactly one of KEY and --user."),
                };
                call.Reporter.Answer(done, CliJson.Default.Done, writer => writer.Line($"Revoked {done.Id}."));
                return ExitCode.Ok;
            },
            "aicli admin keys revoke 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f --reason \"laptop stolen\"",
            "aicli admin keys revoke --user bob@example.org");
    }

    private static async Task<Done> OneAsync(Invocation call, string id, string? reason, CancellationToken cancellationToken)
    {
        await call.AdminKeys.RevokeAsync(id, reason, cancellationToken);
        return new Done("revoked", id);
    }

    private static async Task<Done> AllAsync(Invocation call, string user, string? reason, CancellationToken cancellationToken)
    {
        await call.AdminKeys.RevokeAllAsync(user, reason, cancellationToken);
        return new Done("revoked", $"all keys of {user}");
    }

    private static Verb Change(
        Shell shell, string name, string description, string action, Func<AdminKeyApi, string, CancellationToken, Task> change)
    {
        var key = new Argument<string>("KEY") { Description = "Whole id" };
        return shell.Verb(
            name, description, [key],
            async (call, cancellationToken) =>
            {
                var id = Whole(call.Value(key));
                await change(call.AdminKeys, id, cancellationToken);
                call.Reporter.Answer(new Done(action, id), CliJson.Default.Done, writer => writer.Line($"Done: {id}."));
                return ExitCode.Ok;
            },
            $"aicli admin keys {name} 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f");
    }

    private static Option<string?> Whose() => new("--user") { Description = "Whose: e-mail address, or id", HelpName = "USER" };

    private static async Task<string?> UserAsync(Invocation call, Option<string?> user, CancellationToken cancellationToken) =>
        call.Value(user) is { } named ? await UserCommands.FindAsync(call, named, cancellationToken) : null;

    // Not by a beginning: among everybody's keys a slip would hit a stranger's.
    private static string Whole(string named) => Guid.TryParseExact(named, "D", out _) ? named
        : throw CliFailure.Usage($"'{named}' is not a key; accepted is its whole id, as 'aicli admin keys list' shows it.");
}
