using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin backups …</c>: backups on the server. Restoring is <c>aicli-web restore</c>, on the server's machine.</summary>
internal static class BackupCommands
{
    public static Command Build(Shell shell) => Shell.Noun("backups", "Backups of the server.", List(shell), Create(shell), Verify(shell), Delete(shell));

    private static Verb List(Shell shell)
    {
        var state = new Option<string?>("--state") { Description = "Only in this state", HelpName = "running|verified|failed|deleted|found" };
        state.AcceptOnlyFromAmong("running", "verified", "failed", "deleted", "found");
        return shell.Verb(
            "list", "List the backups, latest first.", [state],
            async (call, cancellationToken) =>
            {
                var reply = await call.Backups.ListAsync(call.Value(state), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["id", "name", "state", "size", "verified", "node", "reason"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)
                    [
                        one.Id, one.Name, one.State, Size(one.Bytes), one.VerifiedAt is { } at ? Moment.Of(at) : null, one.Node, one.Reason,
                    ])));
                return ExitCode.Ok;
            },
            "aicli admin backups list", "aicli admin backups list --state verified");
    }

    private static Verb Create(Shell shell)
    {
        var copies = new Option<bool?>("--working-copies") { Description = "Whether the projects' files go with it (else as the server is configured)" };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait for its end" };
        return shell.Verb(
            "create", "Make a backup and wait until it is verified.", [copies, noWait],
            async (call, cancellationToken) =>
            {
                var reply = await call.Backups.CreateAsync(call.Value(copies), cancellationToken);
                return Tell(call, call.Value(noWait) ? reply : await EndedAsync(call, reply, one => one.State != "running", cancellationToken));
            },
            "aicli admin backups create", "aicli admin backups create --working-copies true");
    }

    private static Verb Verify(Shell shell)
    {
        var backup = new Argument<string>("BACKUP") { Description = "Whole id or name" };
        return shell.Verb(
            "verify", "Read a backup on the server entirely and tell whether it is whole.", [backup],
            async (call, cancellationToken) =>
            {
                var id = await IdAsync(call, call.Value(backup), cancellationToken);
                var reply = await call.Backups.VerifyAsync(id, cancellationToken);
                var before = reply.Value.CheckedAt;
                return Tell(call, await EndedAsync(call, reply, one => one.CheckedAt != before, cancellationToken));
            },
            "aicli admin backups verify aicli-20261121T020000Z-1a2b3c4d.aicb");
    }

    private static Verb Delete(Shell shell)
    {
        var backup = new Argument<string>("BACKUP") { Description = "Whole id or name" };
        var yes = Confirmation.Yes();
        return shell.Verb(
            "delete", "Delete a backup.", [backup, yes],
            async (call, cancellationToken) =>
            {
                var named = call.Value(backup);
                var id = await IdAsync(call, named, cancellationToken);
                await Confirmation.AskAsync(call, yes, $"Delete the backup {named}? It cannot be had back.", cancellationToken);
                await call.Backups.DeleteAsync(id, cancellationToken);
                call.Reporter.Answer(new Done("deleted", id), CliJson.Default.Done, writer => writer.Line($"Deleted {named}."));
                return ExitCode.Ok;
            },
            "aicli admin backups delete aicli-20261121T020000Z-1a2b3c4d.aicb");
    }

    private static async Task<string> IdAsync(Invocation call, string named, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(named, "D", out _))
            return named;
        var all = await call.Backups.ListAsync(null, cancellationToken);
        return all.Value.FirstOrDefault(one => one.Name == named)?.Id
            ?? throw CliFailure.Usage($"'{named}' is not a backup; accepted is its name or whole id, as 'aicli admin backups list' shows them.");
    }

    // A large one takes its time; whoever waits can stop waiting without stopping it.
    private static async Task<Reply<BackupDocument>> EndedAsync(
        Invocation call, Reply<BackupDocument> reply, Func<BackupDocument, bool> ended, CancellationToken cancellationToken)
    {
        while (!ended(reply.Value))
        {
            await Task.Delay(call.Surroundings.Patience.LongestLook, call.Surroundings.Clock, cancellationToken);
            reply = await call.Backups.GetAsync(reply.Value.Id, cancellationToken);
        }

        return reply;
    }

    private static ExitCode Tell(Invocation call, Reply<BackupDocument> reply)
    {
        var backup = reply.Value;
        call.Reporter.Answer(reply.Json, writer => writer.Line(backup.State switch
        {
            "failed" => $"{backup.Name}: failed ({backup.Reason}): {backup.Detail}",
            "running" => $"{backup.Name}: under way ({backup.Id}).",
            _ => $"{backup.Name}: {backup.State}, {backup.RowCount} rows, {Size(backup.Bytes)}.",
        }));
        return backup.State == "failed" ? ExitCode.Failed : ExitCode.Ok;
    }

    private static string Size(long? bytes) => bytes switch
    {
        null => "",
        < 1_000_000 => $"{bytes / 1e3:0.0} kB",
        < 1_000_000_000 => $"{bytes / 1e6:0.0} MB",
        _ => $"{bytes / 1e9:0.00} GB",
    };
}
