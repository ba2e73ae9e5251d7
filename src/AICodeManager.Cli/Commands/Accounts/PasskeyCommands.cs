using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli account passkeys …</c>. They are added in a browser, which holds them.</summary>
internal static class PasskeyCommands
{
    public static Command Build(Shell shell) => Shell.Noun(
        "passkeys", "Passkeys of your account; they are added in a browser.", List(shell), Remove(shell));

    private static Verb List(Shell shell) => shell.Verb(
        "list", "List your passkeys.", [],
        async (call, cancellationToken) =>
        {
            var reply = await call.Factors.ListPasskeysAsync(cancellationToken);
            call.Reporter.Answer(reply.Json, writer => writer.Table(
                ["id", "name", "synced", "created", "last used"],
                reply.Value.Select(one => (IReadOnlyList<string?>)
                    [one.Id, one.Name, one.Synced is true ? "yes" : "no", Moment.Of(one.CreatedAt), Moment.Of(one.LastUsedAt)])));
            return ExitCode.Ok;
        },
        "aicli account passkeys list");

    private static Verb Remove(Shell shell)
    {
        var passkey = new Argument<string>("PASSKEY") { Description = "Id, beginning of an id, or name" };
        var yes = Confirmation.Yes();
        return shell.Verb(
            "remove", "Remove a passkey: it signs nobody in any more.", [passkey, yes],
            async (call, cancellationToken) =>
            {
                var all = await call.Factors.ListPasskeysAsync(cancellationToken);
                var id = Finder.One("passkey", call.Value(passkey), all.Value.Select(one => new Finder.Candidate(one.Id, one.Name)));
                await Confirmation.AskAsync(call, yes, $"Remove passkey {call.Value(passkey)} ({id})?", cancellationToken);
                await call.Factors.RemovePasskeyAsync(id, cancellationToken);
                call.Reporter.Answer(new Done("removed", id), CliJson.Default.Done, writer => writer.Line($"Removed passkey {id}."));
                return ExitCode.Ok;
            },
            "aicli account passkeys remove \"Work laptop\"");
    }
}
