using System.CommandLine;
using System.Globalization;
using AICodeManager.Cli.Api;
using AICodeManager.Cli.Output;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary><c>aicli admin blocks …</c>: networks that are kept out.</summary>
internal static class BlockCommands
{
    public static Command Build(Shell shell) => Shell.Noun("blocks", "Networks that are kept out.", List(shell), Add(shell), Lift(shell), Comment(shell));

    private static Verb List(Shell shell)
    {
        var all = new Option<bool>("--all") { Description = "Also those that are over or lifted" };
        var reason = new Option<string?>("--reason") { Description = "Only this reason", HelpName = "brute_force|attacks|manual" };
        var scope = new Option<string?>("--scope") { Description = "Only this scope", HelpName = "sign_in|all" };
        var network = new Option<string?>("--network") { Description = "Only this address or range", HelpName = "NETWORK" };
        return shell.Verb(
            "list", "List the blocks that hold, newest first.", [all, reason, scope, network],
            async (call, cancellationToken) =>
            {
                var reply = await call.Blocks.ListAsync(
                    call.Value(all) ? null : true, call.Value(reason), call.Value(scope), call.Value(network), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Table(
                    ["id", "network", "scope", "reason", "until", "state", "comment"],
                    reply.Value.Select(one => (IReadOnlyList<string?>)
                    [
                        one.Id, one.Network, one.Scope, one.Reason, Moment.Of(one.Until), State(one), one.Comment,
                    ])));
                return ExitCode.Ok;
            },
            "aicli admin blocks list", "aicli admin blocks list --all --network 203.0.113.7");
    }

    private static Verb Add(Shell shell)
    {
        var network = new Argument<string>("NETWORK") { Description = "Address, IPv4 range of /8 to /32, or IPv6 range of /16 to /64" };
        var length = new Option<string?>("--for") { Description = "How long: 1s to 365d (default 24h)", HelpName = "DURATION" };
        var scope = new Option<string?>("--scope") { Description = "all (default), or sign_in: sessions that live go on", HelpName = "sign_in|all" };
        var comment = new Option<string?>("--comment") { Description = "Why", HelpName = "TEXT" };
        var force = new Option<bool>("--force") { Description = "Also where you are calling from there yourself" };
        return shell.Verb(
            "add", "Keep a network out.", [network, length, scope, comment, force],
            async (call, cancellationToken) =>
            {
                var reply = await call.Blocks.AddAsync(
                    new(call.Value(network), call.Value(scope), Seconds(call.Value(length)), call.Value(comment), call.Value(force)), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Line(
                    $"Blocked {reply.Value.Network} until {Moment.Of(reply.Value.Until)}: {reply.Value.Id}."));
                return ExitCode.Ok;
            },
            "aicli admin blocks add 203.0.113.0/24 --for 12h --comment \"scans since Monday\"");
    }

    private static Verb Lift(Shell shell)
    {
        var block = new Argument<string>("BLOCK") { Description = "Whole id" };
        return shell.Verb(
            "lift", "Let a network in again.", [block],
            async (call, cancellationToken) =>
            {
                var id = Whole(call.Value(block));
                await call.Blocks.LiftAsync(id, cancellationToken);
                call.Reporter.Answer(new Done("lifted", id), CliJson.Default.Done, writer => writer.Line($"Lifted {id}."));
                return ExitCode.Ok;
            },
            "aicli admin blocks lift 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f");
    }

    private static Verb Comment(Shell shell)
    {
        var block = new Argument<string>("BLOCK") { Description = "Whole id" };
        var text = new Argument<string>("TEXT") { Description = "What is to be known of it; an empty text takes the comment away" };
        return shell.Verb(
            "comment", "Say something about a block.", [block, text],
            async (call, cancellationToken) =>
            {
                var said = call.Value(text);
                var reply = await call.Blocks.CommentAsync(
                    Whole(call.Value(block)), new(said.Length == 0 ? null : said), cancellationToken);
                call.Reporter.Answer(reply.Json, writer => writer.Line($"Noted at {reply.Value.Network}."));
                return ExitCode.Ok;
            },
            "aicli admin blocks comment 0196f2c4-7d5e-7c31-9d2f-6a1b8c0d4e5f \"their administrator was told\"");
    }

    private static string State(BlockView one) =>
        one.Active ? "holds" : one.LiftedAt is { } lifted ? $"lifted {Moment.Of(lifted)}" : "over";

    /// <summary>A whole number with a unit; what is sensible, the server says.</summary>
    private static long? Seconds(string? text)
    {
        if (text is null)
            return null;
        var unit = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        return unit > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? (long)count * unit
            : throw CliFailure.Usage($"'{text}' is not a duration; accepted is a whole number with s, m, h or d, such as 30m.");
    }

    private static string Whole(string named) => Guid.TryParseExact(named, "D", out _) ? named
        : throw CliFailure.Usage($"'{named}' is not a block; accepted is its whole id, as 'aicli admin blocks list' shows it.");
}
