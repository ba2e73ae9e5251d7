using System.CommandLine;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli keys …</c>: the devices that sign for this account.</summary>
internal static class KeyCommands
{
    public static Command Build(Shell shell)
    {
        var keys = shell.Verb(
            "keys", "Keys: the devices that sign for you. Without a command, lists them.", [], ListAsync,
            "aicli keys", "aicli keys revoke --others");
        keys.Subcommands.Add(shell.Verb(
            "list", "List your devices' keys, newest first.", [], ListAsync,
            "aicli keys list", "aicli keys list --json | jq -r '.items[] | select(.current | not).key_id'"));
        keys.Subcommands.Add(Revoke(shell));
        keys.Subcommands.Add(Rotate(shell));
        keys.Subcommands.Add(Resume(shell));
        return keys;
    }

    /// <summary>Writes keys as a table.</summary>
    /// <param name="here">The key of this device; null where it has none.</param>
    public static void Write(HumanWriter writer, IReadOnlyList<KeyView> keys, string? here) => writer.Table(
        ["id", "name", "program", "algorithm", "custody", "created", "last used", "state", ""],
        keys.Select(one => (IReadOnlyList<string?>)
        [
            one.KeyId, one.Name, one.Device, one.Algorithm, one.Custody, Moment.Of(one.CreatedAt), Moment.Of(one.LastUsedAt), State(one),
            one.Current || one.KeyId == here ? "this one" : "",
        ]));

    public static Argument<string> Which() => new("KEY") { Description = "Id, or beginning of an id" };

    public static string Find(string named, IEnumerable<KeyView> among) =>
        Finder.One("key", named, among.Select(one => new Finder.Candidate(one.KeyId, null, $"{one.Name} {one.State}")));

    public static string State(KeyView key) => key switch
    {
        { SuspendedReason: { } why, IsSuspended: true } => $"suspended ({why})",
        { RevokedReason: { } why, State: "revoked" } => $"revoked ({why})",
        { RevokeAt: { } end, State: "deprecated" } => $"deprecated, ends {Moment.Of(end)}",
        _ => key.State?.Replace('_', ' ') ?? "",
    };

    private static async Task<ExitCode> ListAsync(Invocation call, CancellationToken cancellationToken)
    {
        var reply = await call.Keys.ListAsync(cancellationToken);
        call.Reporter.Answer(reply.Json, writer => Write(writer, reply.Value, call.Connection.Key?.Id));
        return ExitCode.Ok;
    }

    private static Verb Revoke(Shell shell)
    {
        var key = new Argument<string?>("KEY") { Description = "Id, or beginning of an id", Arity = ArgumentArity.ZeroOrOne };
        var others = new Option<bool>("--others") { Description = "All but this device's" };
        var all = new Option<bool>("--all") { Description = "All, this device's too" };
        return shell.Verb(
            "revoke", "Revoke a key for good: what it signs is refused at once.", [key, others, all],
            async (call, cancellationToken) =>
            {
                var named = call.Optional(key);
                var done = (named, call.Value(others), call.Value(all)) switch
                {
                    ({ Length: > 0 }, false, false) => await RevokeOneAsync(call, named, cancellationToken),
                    (null, true, false) => await RevokeOthersAsync(call, cancellationToken),
                    (null, false, true) => await RevokeAllAsync(call, cancellationToken),
                    _ => throw CliFailure.Usage("Which key is to be revoked? Accepted is exactly one of KEY, --others and --all."),
                };
                call.Reporter.Answer(done, CliJson.Default.Done, writer => writer.Line($"Revoked {done.Id}."));
                return ExitCode.Ok;
            },
            "aicli keys revoke 0196f2c4", "aicli keys revoke --others", "aicli keys revoke --all");
    }

    private static async Task<Done> RevokeOneAsync(Invocation call, string named, CancellationToken cancellationToken)
    {
        var id = Find(named, (await call.Keys.ListAsync(cancellationToken)).Value);
        await call.Keys.RevokeAsync(id, cancellationToken);
        if (call.Connection.Key?.Id == id)
            Forget(call);
        return new Done("revoked", id);
    }

    private static async Task<Done> RevokeOthersAsync(Invocation call, CancellationToken cancellationToken)
    {
        if (call.Connection.Key is null)
            throw KeyCare.NoKey(call.SignIn.Server);
        await call.Keys.RevokeOthersAsync(cancellationToken);
        return new Done("revoked", "others");
    }

    private static async Task<Done> RevokeAllAsync(Invocation call, CancellationToken cancellationToken)
    {
        await call.Keys.RevokeAllAsync(cancellationToken);
        if (call.Connection.Key is not null)
            Forget(call);
        return new Done("revoked", "all");
    }

    private static void Forget(Invocation call)
    {
        call.KeyFile.Forget();
        call.Connection.Use(null);
    }

    private static Verb Rotate(Shell shell)
    {
        var algorithm = KeyOptions.Algorithm("the same as now");
        return shell.Verb(
            "rotate", "Replace the key of this device; the old one works for 7 days more.", [algorithm],
            async (call, cancellationToken) =>
            {
                if (call.Connection.Key is not { } old)
                    throw KeyCare.NoKey(call.SignIn.Server);
                var made = await call.KeyCare.RotateAsync(KeyOptions.Read(call, algorithm), cancellationToken);
                call.Reporter.Answer(
                    made.Registered!, CliJson.Default.CreatedKey,
                    writer => writer.Line($"Rotated: {made.Id} ({made.Pair.Algorithm}) signs for this device instead of {old.Id}."));
                return ExitCode.Ok;
            },
            "aicli keys rotate", "aicli keys rotate --key-algorithm Ed25519");
    }

    private static Verb Resume(Shell shell)
    {
        var key = Which();
        return shell.Verb(
            "resume", "Lift the suspension of a key, after making sure that nobody else has a copy of it.", [key],
            async (call, cancellationToken) =>
            {
                // By the session alone: the key in question may be the one that would sign.
                call.Connection.Use(null);
                var id = Find(call.Value(key), (await call.Keys.ListAsync(cancellationToken)).Value);
                await call.Keys.ResumeAsync(id, cancellationToken);
                call.Reporter.Answer(new Done("resumed", id), CliJson.Default.Done, writer => writer.Line($"Resumed {id}."));
                return ExitCode.Ok;
            },
            "aicli keys resume 0196f2c4");
    }
}
