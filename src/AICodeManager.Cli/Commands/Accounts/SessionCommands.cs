using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli sessions …</c>: where one is signed in.</summary>
internal static class SessionCommands
{
    public static Command Build(Shell shell)
    {
        var sessions = shell.Verb(
            "sessions", "Sessions: where you are signed in. Without a command, lists them.", [], ListAsync,
            "aicli sessions", "aicli sessions end --others");
        sessions.Subcommands.Add(shell.Verb(
            "list", "List your sessions, latest used first.", [], ListAsync,
            "aicli sessions list", "aicli sessions list --json | jq -r '.items[] | select(.current | not).id'"));
        sessions.Subcommands.Add(End(shell));
        return sessions;
    }

    private static async Task<ExitCode> ListAsync(Invocation call, CancellationToken cancellationToken)
    {
        var reply = await call.Sessions.ListAsync(cancellationToken);
        call.Reporter.Answer(reply.Json, writer => writer.Table(
            ["id", "kind", "device", "from", "last used", ""],
            reply.Value.Select(one => (IReadOnlyList<string?>)
            [
                one.Id, one.Kind, one.Device, one.Place is { } place ? $"{one.Address} ({place})" : one.Address, Moment.Of(one.LastSeenAt),
                one.Current ? "this one" : "",
            ])));
        return ExitCode.Ok;
    }

    private static Verb End(Shell shell)
    {
        var session = new Argument<string?>("SESSION")
        {
            Description = "Id, or beginning of an id", Arity = ArgumentArity.ZeroOrOne,
        };
        var others = new Option<bool>("--others") { Description = "All but this one" };
        var all = new Option<bool>("--all") { Description = "All, and so sign out here too; keys of devices stay" };
        return shell.Verb(
            "end", "End a session: whoever uses it is signed out at once.", [session, others, all],
            async (call, cancellationToken) =>
            {
                var named = call.Optional(session);
                var done = (named, call.Value(others), call.Value(all)) switch
                {
                    ({ Length: > 0 }, false, false) => await EndOneAsync(call, named, cancellationToken),
                    (null, true, false) => await EndOthersAsync(call, cancellationToken),
                    (null, false, true) => await EndAllAsync(call, cancellationToken),
                    _ => throw CliFailure.Usage("Which session is to end? Accepted is exactly one of SESSION, --others and --all."),
                };
                call.Reporter.Answer(done, CliJson.Default.Done, writer => writer.Line($"Ended {done.Id}."));
                return ExitCode.Ok;
            },
            "aicli sessions end 0196f2c4", "aicli sessions end --others", "aicli sessions end --all");
    }

    private static async Task<Done> EndOneAsync(Invocation call, string named, CancellationToken cancellationToken)
    {
        var all = await call.Sessions.ListAsync(cancellationToken);
        var id = Finder.One("session", named, all.Value.Select(one => new Finder.Candidate(one.Id, null, $"{one.Device} {one.Address}")));
        await call.Sessions.EndAsync(id, cancellationToken);
        if (all.Value.Any(one => one.Id == id && one.Current))
            await call.SignIn.ForgetSessionAsync(call.Surroundings, CancellationToken.None);
        return new Done("ended", id);
    }

    private static async Task<Done> EndOthersAsync(Invocation call, CancellationToken cancellationToken)
    {
        await call.Sessions.EndOthersAsync(cancellationToken);
        return new Done("ended", "others");
    }

    private static async Task<Done> EndAllAsync(Invocation call, CancellationToken cancellationToken)
    {
        await call.Sessions.EndAllAsync(cancellationToken);
        await call.SignIn.ForgetSessionAsync(call.Surroundings, CancellationToken.None);
        return new Done("ended", "all");
    }
}
